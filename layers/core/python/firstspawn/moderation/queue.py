"""The staff's work list, and what there is to know of a case."""

from collections.abc import Callable

from firstspawn.audit.schemas import Act, Actor
from firstspawn.kit.clock import Clock
from firstspawn.kit.cursors import Cursors
from firstspawn.kit.ids import NewId
from firstspawn.moderation.case_repository import CaseRepository, Found
from firstspawn.moderation.errors import CaseNotFound
from firstspawn.moderation.reports import until_current
from firstspawn.moderation.rules import Kind
from firstspawn.moderation.schemas import (
    CaseDetail,
    CaseView,
    DecisionView,
    NoteView,
    OpenCase,
    Queue,
    QueueQuery,
    ReportView,
    WriteNote,
)
from firstspawn.moderation.subjects import Subjects
from firstspawn.users.schemas import Role

_LONGEST_ID = 64


class QueueService:
    """Lists cases, and lets the staff share them out."""

    def __init__(
        self,
        cases: CaseRepository,
        subjects: Subjects,
        *,
        cursors: Callable[[], Cursors],
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._cases, self._subjects = cases, subjects
        self._cursors, self._clock, self._new_id = cursors, clock, new_id

    def list(self, query: QueueQuery) -> Queue:
        """A page of the queue: 4 queries, and a read if the most reported come first.

        Raises BadCursor.
        """
        wanted = {"list": "queue", "state": query.state, "order": query.order}
        cursors = self._cursors()
        after = cursors.read(wanted, query.cursor)
        read = self._cases.oldest if query.order == "oldest" else self._cases.most_reported
        found = read(query.state, query.limit + 1, after)
        shown, cursor = cursors.cut(wanted, found, query.limit, lambda one: one[0])
        return Queue(items=[_view(case) for _, case in shown], nextCursor=cursor)

    def case(self, kind: str, subject_id: str) -> CaseDetail:
        """A case with what is on it: a read and three queries. Raises CaseNotFound."""
        name = _name(kind, subject_id)
        found = self._cases.find(name, self._clock())
        reports, notes, decisions = self._cases.on(name)
        return CaseDetail(
            **_view(found).model_dump(),
            reports=[ReportView.model_validate(one) for one in reports],
            notes=[NoteView.model_validate(one) for one in notes],
            decisions=[DecisionView.model_validate(one) for one in decisions],
        )

    def open(self, actor: Actor, kind: str, subject_id: str, form: OpenCase) -> CaseView:
        """Open a case of the staff's own, or find it open. Raises as `Subjects.find`."""
        subject = self._subjects.find(kind, subject_id)
        act = Act(actor, "case.open", subject.name, form.reason)
        until_current(lambda: self._cases.reopen(subject, act, self._new_id(), self._clock()))
        return _view(self._cases.find(subject.name, self._clock()))

    def assign(self, actor: Actor, kind: str, subject_id: str) -> CaseView:
        """Take a case, or go on with it, for half an hour. Raises CaseNotFound, CaseAssigned."""
        name = _name(kind, subject_id)
        now = self._clock()
        self._cases.assign(name, Act(actor, "case.assign", name), self._new_id(), now)
        return _view(self._cases.find(name, now))

    def release(self, actor: Actor, kind: str, subject_id: str) -> None:
        """Leave a case to others; an admin, whoever holds it. Raises as `assign`."""
        name = _name(kind, subject_id)
        act, force = Act(actor, "case.release", name), actor.role is Role.ADMIN
        self._cases.release(name, act, self._new_id(), self._clock(), force)

    def note(self, actor: Actor, kind: str, subject_id: str, form: WriteNote) -> None:
        """Tell the other staff something about a case. Raises CaseNotFound."""
        name, note_id = _name(kind, subject_id), self._new_id()
        act = Act(actor, "case.note", name, after={"note": note_id})
        self._cases.note(name, form.text, act, note_id, self._clock())


def _name(kind: str, subject_id: str) -> str:
    """A subject as keys have it. Raises CaseNotFound for what can be none."""
    if kind not in set(Kind) or len(subject_id) > _LONGEST_ID:
        raise CaseNotFound
    return f"{kind}:{subject_id}"


def _view(case: Found) -> CaseView:
    values = {**case.attribute_values, "reasons": sorted(case.reasons or ())}
    return CaseView.model_validate({name: values.get(name) for name in CaseView.model_fields})
