"""What goes in and out of reputation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from firstspawn.audit.schemas import REASON
from firstspawn.kit.dto import Dto, Input
from firstspawn.kit.text import clean
from firstspawn.reputation.rules import Action


@dataclass(frozen=True, slots=True)
class Claim:
    """That a deed counts for somebody, or does not any more.

    Of one action and cause, one holds at a time: to claim the same again changes nothing. `points`
    are given where the rule gives none.
    """

    action: Action
    cause: str
    applies: bool = True
    points: int = 0
    about: str | None = None
    reason: str | None = None
    createdBy: str | None = None


def _some(delta: int) -> int:
    if delta == 0:
        raise ValueError("must not be zero")
    return delta


class Adjust(Input):
    """Points to give or take by hand, and why."""

    delta: Annotated[int, Field(ge=-1000, le=1000), AfterValidator(_some)]
    reason: Annotated[str, REASON, AfterValidator(clean)]


class ActionSum(Dto):
    """What all deeds of a kind come to."""

    action: Action
    total: int
    entries: int


class ReputationSummary(Dto):
    """Somebody's reputation, and what it is made of."""

    userId: str
    reputation: int
    actions: list[ActionSum]


class EntryView(Dto):
    """A line of one's ledger.

    `about` is the id of a review, badge, puzzle, .... `isCapped`: the day's limit left
    fewer points than the deed is worth, perhaps none. A line whose cause was taken back (`applies`
    false) returns what the cause had brought.
    """

    action: Action
    about: str | None
    delta: int
    applies: bool
    isCapped: bool
    reason: str | None
    createdAt: datetime


class Ledger(Dto):
    """A page of one's ledger, the newest first."""

    items: list[EntryView]
    nextCursor: str | None
