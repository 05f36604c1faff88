"""Counting requests: one conditional update on one item, exact under any number of racers."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_letters, digits

from firstspawn.db import keys
from firstspawn.db.counters import Full, count_up
from firstspawn.ratelimit.policies import Window

_GRACE_SECONDS = 60
_TRIES = "aa"
# Without K, no two of these letters are a key's name (PK, SK).
_LETTERS = (ascii_letters + digits + "-_").replace("K", "")


@dataclass(frozen=True, slots=True)
class Count:
    """How many requests of a window are used, counting this one if it was let in."""

    window: Window
    used: int
    resetSeconds: int


class RateRepository:
    """Windows as attributes of one item that expires with the longest of them.

    An attribute per sub-window used: no more of them than requests let in, so the longest
    window's limit bounds the item. Names of two letters keep it below 1 KB, one write unit.
    """

    def take(
        self, policy: str, subject: str, windows: Sequence[Window], second: int
    ) -> tuple[bool, list[Count]]:
        """Count a request unless a window is full: one call. Returns whether it was let in.

        Raises Unavailable if the table does not answer.
        """
        longest = windows[-1].seconds
        number, within = divmod(second, longest)
        names = slots(windows, within)
        limits = {name: window.limit for name, window in zip(names, windows, strict=True)}
        try:
            stored = count_up(
                keys.rate(policy, subject, number),
                "Rate",
                limits,
                expires=(number + 1) * longest + _GRACE_SECONDS,
            )
            admitted = True
        except Full as full:
            stored, admitted = full.stored, False
        return admitted, [
            Count(
                window,
                min(stored.get(name, 0), window.limit),
                window.seconds - second % window.seconds,
            )
            for window, name in zip(windows, names, strict=True)
        ]

    def take_one(self, total: str, subject: str, limit: int, end: int) -> tuple[bool, int]:
        """Count a try unless there were `limit`: one call. Whether it was let in, and how many.

        `end` (epoch seconds) is when nobody can try any more. Raises Unavailable.
        """
        key = keys.rate(total, subject, 0)
        try:
            stored = count_up(key, "Rate", {_TRIES: limit}, expires=end + _GRACE_SECONDS)
        except Full:
            return False, limit
        return True, stored[_TRIES]


def slots(windows: Sequence[Window], within: int) -> list[str]:
    """The names of the counters of a moment, in seconds since the longest window's start.

    All sub-windows are numbered through, those of the shortest window first.
    """
    names, before = [], 0
    for window in windows:
        high, low = divmod(before + within // window.seconds, len(_LETTERS))
        names.append(_LETTERS[high] + _LETTERS[low])
        before += windows[-1].seconds // window.seconds
    return names
