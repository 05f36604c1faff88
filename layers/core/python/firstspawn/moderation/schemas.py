"""What goes in and out of moderation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from firstspawn.audit.schemas import REASON
from firstspawn.auth.schemas import Email
from firstspawn.kit.dto import Dto, Input, Page
from firstspawn.kit.text import clean
from firstspawn.moderation.rules import Action, Appeal, Kind, Reason, Standing, State
from firstspawn.users.schemas import Role

_Text = AfterValidator(lambda text: clean(text, multiline=True))
StaffReason = Annotated[str, REASON, _Text]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a case is about, whom a decision about it affects, and what a mail calls it."""

    kind: Kind
    id: str
    affectedId: str
    title: str

    @property
    def name(self) -> str:
        """As keys and the audit log have it."""
        return f"{self.kind}:{self.id}"


class Report(Input):
    """What is wrong, and more about it if you like. Nobody is told who reported."""

    reason: Reason
    text: Annotated[str, Field(max_length=1000), _Text] | None = None


class QueueQuery(Page):
    """Which cases: a state, the oldest or the most reported first."""

    state: Annotated[str, Field(pattern="^(OPEN|APPEALED)$")] = State.OPEN
    order: Annotated[str, Field(pattern="^(oldest|reports)$")] = "oldest"


class OpenCase(Input):
    """A case of the staff's own."""

    reason: StaffReason


class WriteNote(Input):
    """A note that the staff alone sees."""

    text: Annotated[str, Field(min_length=1, max_length=2000), _Text]


class Decide(Input):
    """A decision. `reason` is mailed to whom it affects.

    `hours` is how long a suspension lasts, or a ban that ends; a ban without never ends by itself.
    `hideContent` of a ban hides the reviews as well. `violation` is what was found.
    """

    action: Action
    reason: StaffReason
    violation: Reason | None = None
    hours: Annotated[int, Field(ge=1, le=24 * 3650)] | None = None
    hideContent: bool = False


class Revoke(Input):
    """Why a decision is reverted, or upheld against an appeal."""

    reason: StaffReason


class WriteAppeal(Input):
    """An appeal, with the token of the decision's mail and the address it was sent to."""

    email: Email
    token: Annotated[str, Field(max_length=128)]
    text: Annotated[str, Field(min_length=10, max_length=2000), _Text]


class ChangeRole(Input):
    """What somebody shall be."""

    role: Role
    reason: StaffReason


class ChangeListing(Input):
    """What the staff says of a server."""

    isFeatured: bool
    reason: StaffReason


class CaseView(Dto):
    """A case in the queue. `reasons` are those of all reports."""

    kind: Kind
    subjectId: str
    affectedId: str
    state: State
    reasons: list[str]
    reportCount: int
    assigneeId: str | None
    assignedUntil: datetime | None
    decisionId: str | None
    openedAt: datetime


class Queue(Dto):
    """A page of the queue."""

    items: list[CaseView]
    nextCursor: str | None


class ReportView(Dto):
    """A report as the staff sees it: not whose it is."""

    reason: str
    text: str | None
    createdAt: datetime


class NoteView(Dto):
    """A note of the staff's."""

    authorId: str
    text: str
    createdAt: datetime


class DecisionView(Dto):
    """A decision, and what became of it."""

    id: str
    kind: Kind
    subjectId: str
    affectedId: str
    action: Action
    violation: str | None
    reason: str
    moderatorId: str
    until: datetime | None
    hidesContent: bool
    standing: Standing
    appeal: Appeal | None
    appealText: str | None
    appealedAt: datetime | None
    createdAt: datetime


class CaseDetail(CaseView):
    """A case with the newest 50 of its reports and notes, and of the decisions on it."""

    reports: list[ReportView]
    notes: list[NoteView]
    decisions: list[DecisionView]
