"""What follows when a server stays away: it is asked less often, its owner is told, it is unlisted.

The rounds themselves notice it, in the state they read anyway: nothing has to be swept. Times are
minutes since 1970.
"""

from datetime import timedelta
from enum import IntEnum

INTERVAL = 5
AHEAD = INTERVAL - 1  # a round asks who is due until the next one
_DAY = 24 * 60
_RARER = ((7 * _DAY, 60), (_DAY, 15))  # away for so long: asked every so many minutes


class Stage(IntEnum):
    """How far an absence has led. From WARNED on, its owner gets a mail at each."""

    PRESENT = 0
    WARNED = 1
    LAST_WARNING = 2
    UNLISTED = 3


AFTER = {
    Stage.WARNED: timedelta(days=7),
    Stage.LAST_WARNING: timedelta(days=13),
    Stage.UNLISTED: timedelta(days=14),
}


def stage_of(away: int) -> Stage:
    """The stage of an absence of so many minutes."""
    reached = [stage for stage, after in AFTER.items() if away >= after // timedelta(minutes=1)]
    return max(reached, default=Stage.PRESENT)


def gap(away: int, slot: int) -> int:
    """How many minutes until a server that has been away for so many is asked again.

    Long ones differ by slot, so that a host's failure does not make all of its servers due in one
    round for ever.
    """
    longest = next((minutes for after, minutes in _RARER if away >= after), INTERVAL)
    return max(INTERVAL, longest - INTERVAL * (slot % 2))
