"""How suspicious a plugin instance is: each odd report adds to a score, half gone in 12 hours."""

from collections.abc import Iterable

from firstspawn.playtime.accounting import Reason

HALF_LIFE = 12 * 3600
WATCHED = 60
SUSPENDED = 100
_WEIGHTS = {
    Reason.CAPACITY: 30,
    Reason.CROWD: 20,
    Reason.ABSENT: 15,
    Reason.IDENTICAL: 10,
    Reason.JUMP: 10,
    Reason.MARATHON: 5,
}


def faded(score: int, scored_at: int, now: int) -> int:
    """What is left of a score."""
    elapsed = max(0, now - scored_at)
    return int(score * 0.5 ** (elapsed / HALF_LIFE))


def weight(reasons: Iterable[Reason]) -> int:
    """What a report adds: each reason once, however many players it is about."""
    return sum(_WEIGHTS.get(reason, 0) for reason in set(reasons))
