"""What each deed is worth: the one table."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """Why somebody's reputation changed."""

    REVIEW_UPVOTED = "REVIEW_UPVOTED"
    REVIEW_DOWNVOTED = "REVIEW_DOWNVOTED"
    REVIEW_FLAGGED_SPAM = "REVIEW_FLAGGED_SPAM"
    BADGE_EARNED = "BADGE_EARNED"
    GUILD_CONTRIBUTION = "GUILD_CONTRIBUTION"
    PUZZLE_WIN = "PUZZLE_WIN"
    ACCOUNT_VERIFIED = "ACCOUNT_VERIFIED"
    MANUAL_ADJUSTMENT = "MANUAL_ADJUSTMENT"


@dataclass(frozen=True, slots=True)
class Rule:
    """Points of a deed, and how many points a day (UTC) all deeds of its kind may move.

    The cap stops farming by friends and, on what takes points away, burying by foes. None: nothing
    is capped. A `delta` of None is given with the deed.
    """

    delta: int | None
    dailyCap: int | None = None


RULES: dict[Action, Rule] = {
    Action.REVIEW_UPVOTED: Rule(5, dailyCap=50),
    Action.REVIEW_DOWNVOTED: Rule(-2, dailyCap=20),
    Action.REVIEW_FLAGGED_SPAM: Rule(-25),
    Action.BADGE_EARNED: Rule(10, dailyCap=50),
    Action.GUILD_CONTRIBUTION: Rule(1, dailyCap=10),
    Action.PUZZLE_WIN: Rule(5, dailyCap=25),
    Action.ACCOUNT_VERIFIED: Rule(10),
    Action.MANUAL_ADJUSTMENT: Rule(None),
}


def capped(wanted: int, cap: int | None, used: int) -> int:
    """What is left of `wanted` points on a day on which `used` (not negative) have moved."""
    if cap is None:
        return wanted
    left = max(0, cap - used)
    return max(-left, min(left, wanted))
