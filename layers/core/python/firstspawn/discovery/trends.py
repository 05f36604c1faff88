"""Trending: what a server's verified counts grew by in the last days.

Counters only know their sums, so each night's reindex notes those that changed on the counters'
own item (`pastCounts`). Growth is what was added since the newest note that is TREND_DAYS old.
"""

from collections.abc import Sequence
from typing import NamedTuple

from firstspawn.clients.search.weights import (
    TREND_DAYS,
    TREND_FAVORITE,
    TREND_HOUR,
    TREND_REVIEW,
)

_MOST = 2**31 - 1


class Counts(NamedTuple):
    """Sums at the end of a day (`day` is the date's ordinal)."""

    day: int
    minutes: int = 0
    reviews: int = 0
    favorites: int = 0


def grown(now: Counts, past: Sequence[Counts]) -> Counts:
    """What was added since the newest note that is old enough; without one, since nothing."""
    base = next((one for one in reversed(past) if one.day <= now.day - TREND_DAYS), Counts(0))
    minutes, reviews, favorites = (max(0, a - b) for a, b in zip(now[1:], base[1:], strict=True))
    return Counts(now.day, minutes, reviews, favorites)


def trend(now: Counts, past: Sequence[Counts]) -> int:
    """Points for what grew: hours played under a plugin's eyes, verified reviews, favourites."""
    added = grown(now, past)
    hours = added.minutes // 60
    points = TREND_HOUR * hours + TREND_REVIEW * added.reviews + TREND_FAVORITE * added.favorites
    return min(_MOST, points)


def noted(now: Counts, past: Sequence[Counts]) -> list[Counts] | None:
    """The notes with tonight's; None if nothing changed since the last one."""
    if now[1:] == (past[-1][1:] if past else Counts(0)[1:]):
        return None
    old = [one for one in past if one.day <= now.day - TREND_DAYS]
    recent = [one for one in past if now.day - TREND_DAYS < one.day < now.day]
    return [*old[-1:], *recent, now]
