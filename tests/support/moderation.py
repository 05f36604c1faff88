"""The staff at work, for tests."""

from typing import Any

from firstspawn.audit.schemas import Actor
from firstspawn.auth.tokens import EmailTokens
from firstspawn.db import standing_keys
from firstspawn.mail.models import Mail
from firstspawn.moderation.models import ModerationCase, ModerationDecision
from firstspawn.moderation.rules import Action, Kind, Reason
from firstspawn.moderation.schemas import Decide, DecisionView, QueueQuery, Report, Revoke
from firstspawn.reactions.schemas import Happening
from firstspawn.users.schemas import Caller, Role
from firstspawn.wiring import Container

WHY = Revoke(reason="on second thought")


def decide(action: Action, **form: Any) -> Decide:
    """What a moderator sends."""
    return Decide(**{"action": action, "reason": "against the rules", **form})


def everything(stack: Container, order: str, state: str = "OPEN") -> list[str]:
    """The subjects of the whole queue, page by page."""
    found: list[str] = []
    cursor = None
    while True:
        query = QueueQuery(limit=2, order=order, state=state, cursor=cursor)
        page = stack.moderation_queue.list(query)
        found += [one.subjectId for one in page.items]
        if (cursor := page.nextCursor) is None:
            return found


class Staff:
    """Moderators and those who report to them, in one container's table."""

    def __init__(self, stack: Container) -> None:
        self._stack = stack

    def actor(self, role: Role = Role.MODERATOR) -> Actor:
        """Somebody of the staff."""
        return Actor(self._stack.new_id(), role, "request")

    def report(self, kind: Kind, subject_id: str, reason: Reason = Reason.SPAM) -> None:
        """Somebody new reports something."""
        caller = Caller(self._stack.new_id(), "session", 1)
        self._stack.reports.report(caller, kind, subject_id, Report(reason=reason))

    def decide(
        self, kind: Kind, subject_id: str, action: Action, by: Actor | None = None, **form: Any
    ) -> DecisionView:
        """Decide about something, reporting it first."""
        self.report(kind, subject_id)
        form_sent = decide(action, **form)
        return self._stack.moderation.decide(by or self.actor(), kind, subject_id, form_sent)

    def case(self, kind: Kind, subject_id: str) -> ModerationCase:
        """What is stored of a case."""
        key = standing_keys.case(f"{kind}:{subject_id}")
        found = ModerationCase.find(key, self._stack.clock(), consistent=True)
        assert found is not None
        return found

    def mailed_token(self, address: str) -> str:
        """The token of an appeal, out of the one decision's mail to an address."""
        (mail,) = [one for one in mails("decision") if one.to == address]
        tokens = EmailTokens(self._stack.secrets.macKey, self._stack.random)
        return tokens.token(mail.params["purpose"], mail.params["seed"])

    def follow(self, decision_id: str) -> None:
        """Let what follows from a decision happen, as often as the decision changes by that."""
        told = Happening(id="told", event="decision.changed", data={"id": decision_id})
        seen = object()
        while seen != (step := self._step(decision_id)):
            seen = step
            self._stack.decision_follower.follow(told)

    @staticmethod
    def _step(decision_id: str) -> object:
        found = ModerationDecision.get(*standing_keys.decision(decision_id), consistent_read=True)
        return found.standing, found.contentStep


def mails(template: str) -> list[Mail]:
    """The mails of a template that wait to be sent."""
    return [mail for mail in Mail.scan() if mail.template == template]
