"""Decides: what becomes of what was reported, and of decisions themselves."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

from firstspawn.audit.schemas import Act, Actor
from firstspawn.errors import ChangedMeanwhile
from firstspawn.kit.clock import Clock, rfc3339
from firstspawn.kit.ids import NewId
from firstspawn.moderation.case_repository import CaseRepository, Found, name_of
from firstspawn.moderation.decision_repository import Decision, DecisionRepository, Noted
from firstspawn.moderation.effects import Effects
from firstspawn.moderation.errors import (
    CaseAssigned,
    CaseResolved,
    NoAppeal,
    NotApplicable,
    NotInForce,
    OwnDecision,
)
from firstspawn.moderation.letters import Letters
from firstspawn.moderation.rules import ACTIONS, ENDING, Action, Appeal, Kind, Standing, State
from firstspawn.moderation.schemas import Decide, DecisionView, Revoke, Subject
from firstspawn.moderation.subjects import Subjects
from firstspawn.users.schemas import Role

ATTEMPTS = 8
T = TypeVar("T")


class ModerationService:
    """Takes and takes back decisions."""

    def __init__(
        self,
        cases: CaseRepository,
        decisions: DecisionRepository,
        effects: Effects,
        letters: Letters,
        subjects: Subjects,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._cases, self._decisions = cases, decisions
        self._effects, self._letters, self._subjects = effects, letters, subjects
        self._clock, self._new_id = clock, new_id

    def decide(self, actor: Actor, kind: str, subject_id: str, form: Decide) -> DecisionView:
        """Decide a case that is open: it is resolved, the subject stands as decided, and whom it
        affects gets a mail. Reads of the subject, the case and the address, one transaction.

        Raises CaseNotFound, CaseResolved, CaseAssigned, NotApplicable, Outranked.
        """
        subject = self._subjects.find(kind, subject_id)
        _check(subject.kind, form)
        self._subjects.check_foreign(actor, subject)
        decision_id = self._new_id()
        return self._retry(lambda: self._decide(actor, subject, form, decision_id))

    def _decide(
        self, actor: Actor, subject: Subject, form: Decide, decision_id: str
    ) -> DecisionView:
        now = self._clock()
        case = self._cases.find(subject.name, now)
        if case.state == State.RESOLVED:
            raise CaseResolved
        _check_assigned(case, actor, now)
        until = now + timedelta(hours=form.hours) if form.hours else None
        values: dict[str, Any] = {
            "id": decision_id, "action": form.action.value, "reason": form.reason,
            "violation": form.violation.value if form.violation else None, "until": until,
            "moderatorId": actor.userId, "hidesContent": form.hideContent,
        }  # fmt: skip
        after = {
            "decision": decision_id, "action": form.action.value,
            "until": rfc3339(until) if until else None,
        }  # fmt: skip
        before = {"state": case.state, "decision": case.decisionId}
        act = Act(actor, f"decision.{form.action}", subject.name, form.reason, before, after)
        letter = self._letters.decided(subject, form.action, form.reason, until, now)
        noted = Noted(act, self._new_id())
        part = self._decisions.decide(case, subject, values, letter, noted, now)
        self._effects.carry_out(subject, form, until, actor.role, part, now)
        return DecisionView.model_validate(self._decisions.find(decision_id, now))

    def revert(self, actor: Actor, decision_id: str, form: Revoke) -> DecisionView:
        """Take a decision back: its subject stands as if there had been none.

        That accepts an appeal against it, too. Raises DecisionNotFound, NotInForce, Outranked.
        """
        return self._retry(lambda: self._revert(actor, decision_id, form))

    def _revert(self, actor: Actor, decision_id: str, form: Revoke) -> DecisionView:
        now = self._clock()
        decision = self._decisions.find(decision_id, now)
        if decision.standing != Standing.IN_FORCE:
            raise NotInForce
        subject = _subject(decision)
        self._subjects.check_foreign(actor, subject)
        case = self._cases.find(subject.name, now)
        letter = self._letters.answered("decision_reverted", subject, form.reason, now)
        noted = self._noted(actor, "decision.revert", decision, form)
        part = self._decisions.revert(case, decision, letter, noted, now)
        self._effects.undo(subject, Action(decision.action), actor.role, part, now)
        return DecisionView.model_validate(self._decisions.find(decision_id, now))

    def uphold(self, actor: Actor, decision_id: str, form: Revoke) -> DecisionView:
        """Reject the appeal against a decision, which somebody else has taken (admins: anybody).

        Raises DecisionNotFound, NoAppeal, OwnDecision, Outranked.
        """
        return self._retry(lambda: self._uphold(actor, decision_id, form))

    def _uphold(self, actor: Actor, decision_id: str, form: Revoke) -> DecisionView:
        now = self._clock()
        decision = self._decisions.find(decision_id, now)
        if decision.appeal != Appeal.PENDING:
            raise NoAppeal
        subject = _subject(decision)
        self._subjects.check_foreign(actor, subject)
        if decision.moderatorId == actor.userId and actor.role is not Role.ADMIN:
            raise OwnDecision
        case = self._cases.find(subject.name, now)
        letter = self._letters.answered("appeal_rejected", subject, form.reason, now)
        noted = self._noted(actor, "decision.uphold", decision, form)
        self._decisions.uphold(case, decision, letter, noted, now)
        return DecisionView.model_validate(self._decisions.find(decision_id, now))

    def _noted(self, actor: Actor, action: str, decision: Decision, form: Revoke) -> Noted:
        before = {"decision": decision.id, "action": decision.action}
        act = Act(actor, action, name_of(decision), form.reason, before=before)
        return Noted(act, self._new_id())

    @staticmethod
    def _retry(act: Callable[[], T]) -> T:
        for _ in range(ATTEMPTS - 1):
            with suppress(ChangedMeanwhile):
                return act()
        return act()


def _subject(decision: Decision) -> Subject:
    """A decision's subject as it was: it may be gone by now."""
    kind = Kind(decision.kind)
    return Subject(kind, decision.subjectId, decision.affectedId, decision.title)


def _check(kind: Kind, form: Decide) -> None:
    """Raises NotApplicable."""
    if form.action not in ACTIONS[kind]:
        raise NotApplicable.field("action", f"not for a {kind}")
    if (form.action is Action.SUSPEND) and form.hours is None:
        raise NotApplicable.field("hours", "a suspension ends")
    if form.hours is not None and form.action not in ENDING:
        raise NotApplicable.field("hours", "only a suspension or a ban ends")
    if form.hideContent and form.action is not Action.BAN:
        raise NotApplicable.field("hideContent", "only a ban hides everything")


def _check_assigned(case: Found, actor: Actor, now: datetime) -> None:
    until = case.assignedUntil
    if case.assigneeId not in (None, actor.userId) and until is not None and until > now:
        raise CaseAssigned(assignedUntil=rfc3339(until))
