"""Views: how many writes they take, and how far off the count is."""

import math
from datetime import date

import pytest

from firstspawn.analytics.views import EXACT, ViewCounter
from firstspawn.errors import Unavailable
from firstspawn.users.schemas import Caller
from tests.support.clock import FrozenClock, RepeatableBytes


class Counts:
    """A table of one server."""

    def __init__(self) -> None:
        self.views, self.writes, self.days = 0, 0, set[date]()

    def add_views(self, server_id: str, day: date, views: int) -> int:
        self.views, self.writes = self.views + views, self.writes + 1
        self.days.add(day)
        return self.views


class Broken(Counts):
    """A table that does not answer."""

    def add_views(self, server_id: str, day: date, views: int) -> int:
        raise Unavailable


def counter(counts: Counts, clock: FrozenClock, seed: str = "views") -> ViewCounter:
    return ViewCounter(counts, clock=clock, random=RepeatableBytes(seed))  # type: ignore[arg-type]


def test_a_small_server_is_counted_exactly(clock: FrozenClock) -> None:
    # Given
    counts = Counts()
    one = counter(counts, clock)
    # When
    for _ in range(2 * EXACT):
        one.count("s", "owner", None)
    # Then
    assert (counts.views, counts.writes) == (128, 128)


@pytest.mark.parametrize(("views", "most"), [(10_000, 500), (100_000, 700)])
@pytest.mark.parametrize("processes", [1, 8])
def test_a_great_one_takes_few_writes_and_is_counted_nearly(
    clock: FrozenClock, views: int, most: int, processes: int
) -> None:
    # Given several processes on one table
    counts = Counts()
    many = [counter(counts, clock, f"views{number}") for number in range(processes)]
    # When
    for number in range(views):
        many[number % processes].count("s", "owner", None)
    # Then the writes grow with the logarithm, and four standard deviations are not exceeded
    assert counts.writes < most + processes * EXACT
    assert abs(counts.views - views) < 4 * views / math.sqrt(2 * EXACT)


def test_a_days_end_is_another_count(clock: FrozenClock) -> None:
    # Given
    counts = Counts()
    one = counter(counts, clock)
    for _ in range(1000):
        one.count("s", "owner", None)
    written = counts.writes
    # When
    clock.advance(days=1)
    one.count("s", "owner", None)
    # Then
    assert counts.writes == written + 1
    assert len(counts.days) == 2


def test_owners_looking_at_their_own_are_no_views(clock: FrozenClock) -> None:
    # Given
    counts = Counts()
    one = counter(counts, clock)
    # When
    one.count("s", "owner", Caller("owner", "session", 1))
    one.count("s", "owner", Caller("reader", "session", 1))
    # Then
    assert counts.views == 1


def test_a_table_that_does_not_answer_fails_no_read(
    clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    # When
    counter(Broken(), clock).count("s", "owner", None)
    # Then
    assert "view not counted" in caplog.text
