"""Maintenance is announced, ends, and cannot be had without bound."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.availability import windows
from firstspawn.availability.errors import (
    MaintenanceExhausted,
    MaintenanceNotFound,
    MaintenanceOverlaps,
)
from firstspawn.errors import Invalid, ProblemError
from firstspawn.uptime.maintenance import Window

NOW = int(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()) // 60
HOUR, DAY = 60, 24 * 60


def window(begins: int, lasts: int = HOUR) -> Window:
    """A window by minutes from now."""
    return Window(NOW + begins, NOW + begins + lasts)


@pytest.mark.parametrize(
    ("begins", "lasts"),
    [(9, HOUR), (-1, HOUR), (60 * DAY + 1, HOUR), (HOUR, 0), (HOUR, -5), (HOUR, 8 * HOUR + 1)],
)
def test_a_window_is_announced_and_ends(begins: int, lasts: int) -> None:
    with pytest.raises(Invalid):
        windows.planned([], window(begins, lasts), NOW)


@pytest.mark.parametrize(("begins", "lasts"), [(10, 1), (60 * DAY, 8 * HOUR)])
def test_the_bounds_themselves_are_allowed(begins: int, lasts: int) -> None:
    assert windows.planned([], window(begins, lasts), NOW) == [window(begins, lasts)]


@pytest.mark.parametrize(("begins", "lasts"), [(HOUR, 3 * HOUR), (90, 10), (30, HOUR), (HOUR, 61)])
def test_windows_do_not_overlap(begins: int, lasts: int) -> None:
    with pytest.raises(MaintenanceOverlaps):
        windows.planned([window(HOUR, 2 * HOUR)], window(begins, lasts), NOW)


def test_windows_may_touch_and_come_back_in_order() -> None:
    second, first = window(3 * HOUR), window(2 * HOUR)

    assert windows.planned([second], first, NOW) == [first, second]


def test_thirty_days_hold_a_day_of_maintenance() -> None:
    # Given 24 hours within the coming days
    three = [window(day * DAY, 8 * HOUR) for day in (1, 2, 3)]
    # When / Then: not a minute more within 30 days of any of them, before or behind
    for begins in (HOUR, 4 * DAY, 30 * DAY):
        with pytest.raises(MaintenanceExhausted):
            windows.planned(three, window(begins, 8 * HOUR), NOW)
    assert windows.planned(three, window(31 * DAY, 8 * HOUR), NOW)


def test_windows_of_the_past_still_count_for_thirty_days() -> None:
    past = [Window(NOW - day * DAY, NOW - day * DAY + 8 * HOUR) for day in (1, 2, 3)]

    with pytest.raises(MaintenanceExhausted):
        windows.planned(past, window(HOUR), NOW)
    assert windows.planned(past, Window(NOW + 30 * DAY, NOW + 30 * DAY + HOUR), NOW + 29 * DAY)


def test_there_are_ten_windows_at_most() -> None:
    ten = [window(hour * HOUR, 10) for hour in range(1, 11)]

    with pytest.raises(MaintenanceExhausted):
        windows.planned(ten, window(20 * HOUR, 10), NOW)


def test_one_to_come_is_cancelled_and_one_under_way_ends_now() -> None:
    running, coming = window(-HOUR, 2 * HOUR), window(5 * HOUR)

    assert windows.cancelled([running, coming], coming.begin, NOW) == [running]
    assert windows.cancelled([running, coming], running.begin, NOW) == [
        Window(running.begin, NOW),
        coming,
    ]


@pytest.mark.parametrize("begin", [NOW - 2 * HOUR, NOW + 1, 0])
def test_what_is_over_or_unknown_cannot_be_cancelled(begin: int) -> None:
    with pytest.raises(MaintenanceNotFound):
        windows.cancelled([window(-2 * HOUR, HOUR)], begin, NOW)


@given(st.lists(st.tuples(st.integers(0, 70 * DAY), st.integers(1, 9 * HOUR)), max_size=40))
def test_no_sequence_of_plans_excuses_more_than_a_day_in_thirty(
    asked: list[tuple[int, int]],
) -> None:
    # Given whatever an owner asks for, as time goes by
    known: list[Window] = []
    granted: set[Window] = set()
    for step, (begins, lasts) in enumerate(asked):
        now = NOW + step * DAY
        try:
            known = windows.planned(known, Window(now + begins, now + begins + lasts), now)
        except ProblemError:
            continue
        granted |= set(known)
    # Then no 30 days hold more than 24 hours
    for end in (one.end for one in granted):
        covered = sum(max(0, min(one.end, end) - max(one.begin, end - 30 * DAY)) for one in granted)
        assert covered <= DAY
