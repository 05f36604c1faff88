"""Takes reports, of people and of rules."""

from collections.abc import Callable
from contextlib import suppress

from firstspawn.errors import Unavailable
from firstspawn.kit.clock import Clock
from firstspawn.moderation.case_repository import CaseRepository, NewReport
from firstspawn.moderation.errors import CaseNotFound, Moved, OwnContent
from firstspawn.moderation.rules import Kind
from firstspawn.moderation.schemas import Report
from firstspawn.moderation.subjects import Subjects
from firstspawn.reactions.schemas import Happening
from firstspawn.users.schemas import Caller

ATTEMPTS = 12


class ReportService:
    """Puts reports on their subject's case."""

    def __init__(self, cases: CaseRepository, subjects: Subjects, clock: Clock) -> None:
        self._cases, self._subjects, self._clock = cases, subjects, clock

    def report(self, caller: Caller, kind: Kind, subject_id: str, form: Report) -> None:
        """Report something, once: the subject's read, a read, a transaction of two items.

        Raises AlreadyReported, OwnContent, or that there is no such thing.
        """
        subject = self._subjects.find(kind, subject_id)
        if subject.affectedId == caller.userId:
            raise OwnContent
        report = NewReport(caller.userId, form.reason.value, form.text or None)
        until_current(lambda: self._cases.report(subject, report, self._clock()))

    def rank(self, happening: Happening) -> None:
        """`case.reported {subject}`: move the case where its reports place it."""
        subject = happening.data["subject"]
        with suppress(CaseNotFound):
            until_current(lambda: self._cases.rank(subject, self._clock()))

    def forget(self, happening: Happening) -> None:
        """`user.deleted {userId}`: what they reported goes; that it was reported stays."""
        self._cases.forget_reports(happening.data["userId"])


def until_current(act: Callable[[], None]) -> None:
    """Try until what was read is what is written over. Raises Unavailable."""
    for _ in range(ATTEMPTS):
        with suppress(Moved):
            act()
            return
    raise Unavailable(code="write_contention", retry_after=1)
