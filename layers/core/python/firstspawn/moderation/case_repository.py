"""All reads and writes of cases: reports, the queue, who works on what, notes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from firstspawn.audit.repository import record
from firstspawn.audit.schemas import Act
from firstspawn.db import standing_keys, writes
from firstspawn.db.item import Item
from firstspawn.kit.clock import rfc3339
from firstspawn.moderation.errors import (
    AlreadyReported,
    CaseAssigned,
    CaseNotFound,
    CaseResolved,
    Moved,
)
from firstspawn.moderation.models import (
    ModerationCase,
    ModerationDecision,
    ModerationNote,
    ModerationReport,
)
from firstspawn.moderation.rules import ASSIGNED_FOR, State
from firstspawn.moderation.schemas import Subject

Found = ModerationCase
_SHOWN = 50
_LISTED = {State.OPEN, State.APPEALED}


class NewReport(NamedTuple):
    """What is about to be reported: by somebody's id, or by a rule's name."""

    reporterId: str
    reason: str
    text: str | None
    isPerson: bool = True


def name_of(found: ModerationCase | ModerationDecision) -> str:
    """A subject as keys have it."""
    return f"{found.kind}:{found.subjectId}"


def places(subject: str, state: str, opened: datetime, reports: int) -> dict[str, str]:
    """The index keys of a case in a queue."""
    partition = standing_keys.cases_in(state, standing_keys.case_shard(subject))
    return {
        "GSI1PK": partition, "GSI1SK": standing_keys.case_place(subject, rfc3339(opened)),
        "GSI2PK": partition, "GSI2SK": standing_keys.case_place(subject, f"{reports:06d}"),
    }  # fmt: skip


def free_for(user_id: str, now: datetime) -> Any:
    """Condition: nobody else is at the case."""
    free = ModerationCase.assigneeId.does_not_exist() | (ModerationCase.assignedUntil <= now)
    return free | (ModerationCase.assigneeId == user_id)


class CaseRepository:
    """Cases and what is on them."""

    def find(self, subject: str, now: datetime, *, consistent: bool = True) -> ModerationCase:
        """One read. Raises CaseNotFound."""
        found = ModerationCase.find(standing_keys.case(subject), now, consistent=consistent)
        if found is None:
            raise CaseNotFound
        return found

    def report(
        self,
        subject: Subject,
        report: NewReport,
        now: datetime,
        also: writes.Transaction | None = None,
    ) -> None:
        """Put a report on the subject's case, opening it if it is not: a read, a transaction.

        Raises AlreadyReported, Moved (read again).
        """
        transaction = also or writes.Transaction()
        self.add_report(transaction, subject, report, now)
        commit(transaction)

    @staticmethod
    def add_report(
        transaction: writes.Transaction, subject: Subject, report: NewReport, now: datetime
    ) -> None:
        """Let a transaction do so: one read."""
        of_person = {
            "GSI1PK": standing_keys.reports_by(report.reporterId), "GSI1SK": rfc3339(now),
        } if report.isPerson else {}  # fmt: skip
        key = standing_keys.case_report(subject.name, report.reporterId)
        item = ModerationReport.at(
            key, subject=subject.name, reporterId=report.reporterId, reason=report.reason,
            text=report.text, createdAt=now, **of_person,
        )  # fmt: skip
        transaction.put(item, ModerationReport.PK.does_not_exist(), AlreadyReported())
        found = ModerationCase.find(standing_keys.case(subject.name), now, consistent=True)
        counted = [ModerationCase.reportCount.add(1), ModerationCase.reasons.add({report.reason})]
        condition: Any
        if found is not None and found.state in _LISTED:
            case, condition, opened = found, ModerationCase.state.is_in(*_LISTED), []
        else:
            case = ModerationCase.at(standing_keys.case(subject.name))
            condition = ModerationCase.PK.does_not_exist()
            condition |= ModerationCase.state == State.RESOLVED.value
            reports = int(found.reportCount) + 1 if found else 1
            opened = _opening(subject, now, reports)
        transaction.update(case, [*opened, *counted], condition)

    def reopen(self, subject: Subject, act: Act, entry_id: str, now: datetime) -> None:
        """Open a case of the staff's own: a read, a transaction. Raises Moved."""
        found = ModerationCase.find(standing_keys.case(subject.name), now, consistent=True)
        if found is not None and found.state in _LISTED:
            return
        transaction = writes.Transaction()
        closed = ModerationCase.PK.does_not_exist()
        closed |= ModerationCase.state == State.RESOLVED.value
        reports = int(found.reportCount) if found else 0
        started = [*_opening(subject, now, reports), ModerationCase.reportCount.add(0)]
        transaction.update(ModerationCase.at(standing_keys.case(subject.name)), started, closed)
        record(transaction, act, entry_id, now)
        commit(transaction)

    def rank(self, subject: str, now: datetime) -> None:
        """Put a case where its reports place it: a read, a write. Raises Moved, CaseNotFound."""
        found = self.find(subject, now)
        if found.state not in _LISTED:
            return
        count = int(found.reportCount)
        place = places(subject, found.state, found.openedAt, count)["GSI2SK"]
        same = ModerationCase.reportCount == count  # out of the queue, its place is in no index
        try:
            writes.update(found, [ModerationCase.GSI2SK.set(place)], same)
        except writes.ConditionFailed as error:
            raise Moved from error

    def oldest(self, state: str, limit: int, after: str | None) -> list[tuple[str, Found]]:
        """Cases of a state with their places, the oldest first: one query for each of 4 shards."""
        later = None if after is None else after < ModerationCase.GSI1SK
        found = [
            case
            for shard in range(standing_keys.CASE_SHARDS)
            for case in ModerationCase.query(
                standing_keys.cases_in(state, shard), later, index_name="GSI1", limit=limit
            )
        ]
        placed = [(str(case.GSI1SK), case) for case in found]
        return sorted(placed, key=lambda one: one[0])[:limit]

    def most_reported(self, state: str, limit: int, below: str | None) -> list[tuple[str, Found]]:
        """Likewise, the most reported first: and a read for each hundred."""
        stretches = [
            (standing_keys.cases_in(state, shard), None if below is None else below > Item.GSI2SK)
            for shard in range(standing_keys.CASE_SHARDS)
        ]
        found = [
            (one["GSI2SK"]["S"], (one["PK"]["S"], one["SK"]["S"]))
            for partition, condition in stretches
            for one in Item._get_connection().query(  # noqa: SLF001 -- keys have no `type`
                partition, condition, index_name="GSI2", limit=limit, scan_index_forward=False
            )["Items"]
        ]
        found = sorted(found, reverse=True)[:limit]
        cases = ModerationCase.batch_get([key for _, key in found]) if found else ()
        by_key = {(case.PK, case.SK): case for case in cases}
        return [(place, by_key[key]) for place, key in found if key in by_key]

    def assign(self, subject: str, act: Act, entry_id: str, now: datetime) -> None:
        """Let somebody work on a case for half an hour: one transaction.

        Raises CaseNotFound, CaseAssigned.
        """
        user_id = act.actor.userId
        taken = [
            ModerationCase.assigneeId.set(user_id),
            ModerationCase.assignedUntil.set(now + ASSIGNED_FOR),
            ModerationCase.version.add(1),
        ]
        self._change(subject, taken, free_for(user_id, now), act, entry_id, now)

    def release(self, subject: str, act: Act, entry_id: str, now: datetime, force: bool) -> None:
        """Let others work on a case; `force`: whoever holds it. Raises as `assign`."""
        left = [
            ModerationCase.assigneeId.remove(),
            ModerationCase.assignedUntil.remove(),
            ModerationCase.version.add(1),
        ]
        condition = ModerationCase.PK.exists() if force else free_for(act.actor.userId, now)
        self._change(subject, left, condition, act, entry_id, now)

    def _change(
        self,
        subject: str,
        actions: list[Any],
        condition: Any,
        act: Act,
        entry_id: str,
        now: datetime,
    ) -> None:
        case = self.find(subject, now)
        if case.state == State.RESOLVED:
            raise CaseResolved
        transaction = writes.Transaction()
        refused = CaseAssigned(
            assignedUntil=rfc3339(case.assignedUntil) if case.assignedUntil else None
        )
        transaction.update(case, actions, ModerationCase.PK.exists() & condition, refused)
        record(transaction, act, entry_id, now)
        transaction.commit()

    def note(self, subject: str, text: str, act: Act, entry_id: str, now: datetime) -> None:
        """Put a note on a case: one transaction. Raises CaseNotFound."""
        transaction = writes.Transaction()
        case = ModerationCase.at(standing_keys.case(subject))
        transaction.check(case, ModerationCase.PK.exists(), CaseNotFound())
        note = ModerationNote.at(
            standing_keys.case_note(subject, entry_id),
            authorId=act.actor.userId,
            text=text,
            createdAt=now,
        )
        transaction.put(note)
        record(transaction, act, entry_id, now)
        transaction.commit()

    def on(
        self, subject: str
    ) -> tuple[list[ModerationReport], list[ModerationNote], list[ModerationDecision]]:
        """The newest notes and decisions on a case, and some of its reports: three queries."""
        partition = standing_keys.case(subject).pk
        reports = ModerationReport.query(
            partition, ModerationReport.SK.startswith(standing_keys.CASE_REPORT), limit=_SHOWN
        )
        notes = ModerationNote.query(
            partition, ModerationNote.SK.startswith(standing_keys.CASE_NOTE), limit=_SHOWN,
            scan_index_forward=False,
        )  # fmt: skip
        decisions = ModerationDecision.query(
            standing_keys.decisions_on(subject),
            index_name="GSI1",
            limit=_SHOWN,
            scan_index_forward=False,
        )
        return list(reports), list(notes), list(decisions)

    def reported_by(self, user_id: str) -> Sequence[ModerationReport]:
        """What somebody reported: one query for each megabyte."""
        return list(ModerationReport.query(standing_keys.reports_by(user_id), index_name="GSI1"))

    def forget_reports(self, user_id: str) -> None:
        """Remove what somebody reported; the cases and their numbers stay."""
        found = self.reported_by(user_id)
        with ModerationReport.batch_write() as batch:
            for report in found:
                batch.delete(report)


def _opening(subject: Subject, now: datetime, reports: int) -> list[Any]:
    values = {
        "kind": subject.kind.value, "subjectId": subject.id, "affectedId": subject.affectedId,
        "state": State.OPEN.value, "openedAt": now, "updatedAt": now,
        **places(subject.name, State.OPEN, now, reports),
    }  # fmt: skip
    changes = [getattr(ModerationCase, name).set(value) for name, value in values.items()]
    made = ModerationCase.type.set(ModerationCase)
    return [made, *changes, ModerationCase.version.add(1)]


def commit(transaction: writes.Transaction) -> None:
    """Commit; a failed condition without an error of its own means: read again. Raises Moved."""
    try:
        transaction.commit()
    except writes.ConditionFailed as error:
        raise Moved from error
