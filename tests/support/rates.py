"""Counting requests without a table."""

from collections.abc import Sequence

from firstspawn.errors import Unavailable
from firstspawn.ratelimit.policies import Window
from firstspawn.ratelimit.repository import Count, RateRepository


class Counters(RateRepository):
    """In-memory stand-in with the repository's semantics."""

    def __init__(self, *, down: bool = False) -> None:
        self.counts: dict[tuple[str, str, int, int], int] = {}
        self.down = down

    def take(
        self, policy: str, subject: str, windows: Sequence[Window], second: int
    ) -> tuple[bool, list[Count]]:
        if self.down:
            raise Unavailable
        keys = [(policy, subject, w.seconds, second // w.seconds) for w in windows]
        admitted = all(self.counts.get(k, 0) < w.limit for k, w in zip(keys, windows, strict=True))
        for key in keys if admitted else ():
            self.counts[key] = self.counts.get(key, 0) + 1
        return admitted, [
            Count(w, self.counts.get(k, 0), w.seconds - second % w.seconds)
            for k, w in zip(keys, windows, strict=True)
        ]
