"""Time, ids and randomness that a test controls."""

import hashlib
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class FrozenClock:
    """A clock (`kit.clock.Clock`) that stands still until it is told to move."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> datetime:
        """Move by a timedelta's arguments (`seconds=1`, `minutes=15`, ...); returns the new now."""
        self.now += timedelta(**amount)
        return self.now


class RepeatableBytes:
    """Random bytes (`kit.ids.RandomBytes`): never twice the same, the same in every run."""

    def __init__(self, seed: str = "firstspawn") -> None:
        self._seed, self._drawn = seed, 0

    def __call__(self, size: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"{self._seed}/{self._drawn}".encode()).digest(size)
