"""All writes of decisions: the decision, its case, its effect and its audit are one transaction."""

from datetime import datetime
from typing import Any, NamedTuple

from firstspawn.audit.repository import record
from firstspawn.audit.schemas import Act
from firstspawn.db import keys, standing_keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.kit.clock import epoch, rfc3339
from firstspawn.kit.ids import is_ulid
from firstspawn.kit.signing import sha256_hex
from firstspawn.mail.models import mail_item
from firstspawn.moderation.case_repository import name_of, places
from firstspawn.moderation.errors import DecisionNotFound, InvalidAppeal, NoAppeal, NotInForce
from firstspawn.moderation.models import AppealToken, ModerationCase, ModerationDecision
from firstspawn.moderation.rules import APPEAL_LIFE, SETTLING, Action, Appeal, Standing, State
from firstspawn.moderation.schemas import Subject, WriteAppeal
from firstspawn.users.models import User

APPEAL = "APPEAL"
Case = ModerationCase
Decision = ModerationDecision
Extend = writes.Extend


class Letter(NamedTuple):
    """A mail to whom a decision affects; `token` and `seed` are those of an appeal."""

    mailId: str
    template: str
    params: dict[str, str]
    token: str = ""


class Noted(NamedTuple):
    """What goes into the audit log, under which id."""

    act: Act
    entryId: str


class DecisionRepository:
    """Decisions and appeals."""

    def find(self, decision_id: str, now: datetime) -> ModerationDecision:
        """One consistent read. Raises DecisionNotFound."""
        key = standing_keys.decision(decision_id)
        found = Decision.find(key, now, consistent=True) if is_ulid(decision_id) else None
        if found is None:
            raise DecisionNotFound
        return found

    def token(self, token: str, now: datetime) -> AppealToken:
        """The item of a mailed token: one consistent read. Raises InvalidAppeal."""
        found = AppealToken.find(keys.token(sha256_hex(token), APPEAL), now, consistent=True)
        if found is None:
            raise InvalidAppeal
        return found

    def decide(
        self,
        case: Case,
        subject: Subject,
        values: dict[str, Any],
        letter: Letter | None,
        noted: Noted,
        now: datetime,
    ) -> Extend:
        """What a decision adds to the transaction of its effect.

        `values` are the item's. The transaction then raises ChangedMeanwhile if the case is not as
        it was read, or somebody else is at it.
        """
        decision = Decision.at(
            standing_keys.decision(values["id"]), **values, standing=Standing.IN_FORCE.value,
            kind=subject.kind.value, subjectId=subject.id, affectedId=subject.affectedId,
            title=subject.title, createdAt=now,
            GSI1PK=standing_keys.decisions_on(subject.name), GSI1SK=values["id"],
            GSI2PK=standing_keys.decisions_about(subject.affectedId), GSI2SK=values["id"],
        )  # fmt: skip
        settles = values["action"] in SETTLING
        changes = [*_resolved(now), *([Case.decisionId.set(decision.id)] if settles else [])]

        def extend(transaction: writes.Transaction) -> None:
            transaction.update(case, changes, _unchanged(case), ChangedMeanwhile())
            transaction.put(decision, Decision.PK.does_not_exist())
            if settles and case.decisionId:  # as long as the case names it, it is in force
                over = [Decision.standing.set(Standing.SUPERSEDED.value)]
                transaction.update(Decision.at(standing_keys.decision(case.decisionId)), over)
            _tell(transaction, letter, decision, now)
            record(transaction, noted.act, noted.entryId, now)

        return extend

    def revert(
        self,
        case: Case,
        decision: Decision,
        letter: Letter | None,
        noted: Noted,
        now: datetime,
    ) -> Extend:
        """What the end of a decision adds to the transaction that undoes its effect."""
        ended = [Decision.standing.set(Standing.REVERTED.value), Decision.contentStep.remove()]
        if decision.appeal == Appeal.PENDING:
            ended.append(Decision.appeal.set(Appeal.ACCEPTED.value))
        left = [Case.decisionId.remove()] if case.decisionId == decision.id else []

        def extend(transaction: writes.Transaction) -> None:
            in_force = Decision.standing == Standing.IN_FORCE.value
            same = in_force & _same_appeal(decision)
            transaction.update(decision, ended, same, ChangedMeanwhile())
            closed = [*_resolved(now), *left] if case.state == State.APPEALED else left
            more = closed or [Case.updatedAt.set(now)]
            version = [] if case.state == State.APPEALED else [Case.version.add(1)]
            transaction.update(case, [*more, *version], _unchanged(case), ChangedMeanwhile())
            _tell(transaction, letter, decision, now)
            record(transaction, noted.act, noted.entryId, now)

        return extend

    def uphold(
        self, case: Case, decision: Decision, letter: Letter | None, noted: Noted, now: datetime
    ) -> None:
        """Reject an appeal: one transaction. Raises NoAppeal, ChangedMeanwhile."""
        transaction = writes.Transaction()
        pending = Decision.appeal == Appeal.PENDING.value
        rejected = [Decision.appeal.set(Appeal.REJECTED.value)]
        transaction.update(decision, rejected, pending, NoAppeal())
        if case.state == State.APPEALED:
            transaction.update(case, _resolved(now), _unchanged(case), ChangedMeanwhile())
        _tell(transaction, letter, decision, now)
        record(transaction, noted.act, noted.entryId, now)
        transaction.commit()

    def appeal(
        self, token: AppealToken, decision: Decision, case: Case, form: WriteAppeal, now: datetime
    ) -> None:
        """Use the token up and put the case before the staff again: one transaction.

        Raises InvalidAppeal, NotInForce, ChangedMeanwhile.
        """
        transaction = writes.Transaction()
        transaction.delete(token, AppealToken.present(now), InvalidAppeal())
        said = [
            Decision.appeal.set(Appeal.PENDING.value),
            Decision.appealText.set(form.text),
            Decision.appealedAt.set(now),
        ]
        in_force = Decision.standing == Standing.IN_FORCE.value
        transaction.update(decision, said, in_force, NotInForce())
        if case.state == State.RESOLVED:
            place = places(name_of(case), State.APPEALED, now, int(case.reportCount))
            moved = [getattr(Case, name).set(value) for name, value in place.items()]
            state = [Case.state.set(State.APPEALED.value), Case.openedAt.set(now)]
            changes = [*state, *moved, Case.version.add(1)]
            transaction.update(case, changes, _unchanged(case), ChangedMeanwhile())
        transaction.commit()

    def commit(self, *parts: Extend) -> None:
        """Write what several parts add, in one transaction."""
        transaction = writes.Transaction()
        transaction.extend(*parts)
        transaction.commit()

    def note(self, noted: Noted, now: datetime) -> Extend:
        """What puts a deed without a decision into the audit log."""
        return lambda transaction: record(transaction, noted.act, noted.entryId, now)

    def standing(self, decision: Decision) -> Extend:
        """What demands that a decision still stands as it was read."""
        same = Decision.standing == decision.standing
        return lambda one: one.check(decision, same, ChangedMeanwhile())

    def address(self, user_id: str, now: datetime) -> str | None:
        """Where to write to somebody: one consistent read."""
        user = User.find(keys.profile(user_id), now, consistent=True)
        return user.email if user else None


def together(*parts: Extend) -> Extend:
    """Several parts of a transaction as one."""
    return lambda transaction: transaction.extend(*parts)


def _unchanged(case: Case) -> Any:
    return Case.version == case.version


def _same_appeal(decision: Decision) -> Any:
    if decision.appeal is None:
        return Decision.appeal.does_not_exist()
    return Decision.appeal == decision.appeal


def _resolved(now: datetime) -> list[Any]:
    left = ("GSI1PK", "GSI1SK", "GSI2PK", "GSI2SK", "assigneeId", "assignedUntil")
    return [
        Case.state.set(State.RESOLVED.value), Case.updatedAt.set(now), Case.version.add(1),
        *(getattr(Case, name).remove() for name in left),
    ]  # fmt: skip


def _tell(
    transaction: writes.Transaction, letter: Letter | None, decision: Decision, now: datetime
) -> None:
    if letter is None:
        return
    to = letter.params["to"]
    params = {name: value for name, value in letter.params.items() if name != "to"}
    transaction.put(mail_item(letter.mailId, letter.template, to, params, now))
    if letter.token:
        token = AppealToken.at(
            keys.token(sha256_hex(letter.token), APPEAL), decisionId=decision.id, email=to,
            createdAt=now, expiresAt=epoch(now + APPEAL_LIFE),
        )  # fmt: skip
        transaction.put(token)


def until_text(until: datetime | None) -> str:
    """When a decision ends, as a mail has it; empty if it does not."""
    return rfc3339(until)[:16].replace("T", " ") if until else ""


def affects(action: str) -> bool:
    """Tell a decision that takes something from somebody, and so can be appealed."""
    return action != Action.APPROVE
