"""What whom a decision affects is written."""

from datetime import datetime

from firstspawn.auth.tokens import EmailTokens
from firstspawn.kit.ids import NewId
from firstspawn.moderation.decision_repository import (
    APPEAL,
    DecisionRepository,
    Letter,
    affects,
    until_text,
)
from firstspawn.moderation.rules import Action
from firstspawn.moderation.schemas import Subject


class Letters:
    """Writes mails about decisions; nobody is told who decided or who reported."""

    def __init__(self, decisions: DecisionRepository, tokens: EmailTokens, new_id: NewId) -> None:
        self._decisions, self._tokens, self._new_id = decisions, tokens, new_id

    def decided(
        self, subject: Subject, action: Action, reason: str, until: datetime | None, now: datetime
    ) -> Letter | None:
        """The mail of a decision, with the token of an appeal: one read. None if none is due."""
        to = self._decisions.address(subject.affectedId, now) if affects(action) else None
        if to is None:
            return None
        seed = self._tokens.new_seed()
        params = {
            "to": to, "kind": subject.kind.value, "title": subject.title, "action": action.value,
            "reason": reason, "until": until_text(until), "purpose": APPEAL, "seed": seed,
        }  # fmt: skip
        token = self._tokens.token(APPEAL, seed)
        return Letter(self._new_id(), "decision", params, token)

    def answered(
        self, template: str, subject: Subject, reason: str, now: datetime
    ) -> Letter | None:
        """The mail of what became of a decision: one read. None to who is gone."""
        to = self._decisions.address(subject.affectedId, now)
        if to is None:
            return None
        params = {"to": to, "title": subject.title, "reason": reason}
        return Letter(self._new_id(), template, params)
