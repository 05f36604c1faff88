"""Hours end once, days are written to servers in an hour of the roster's own."""

import pytest

from firstspawn.uptime.packing import pack, unpack
from firstspawn.uptime.rollover import close_hour, day_rows, day_to_roll
from firstspawn.uptime.state import RosterBook, Slot, Sums

DAY = 20_000
HOUR = DAY * 24 + 6


def a_book() -> RosterBook:
    """A roster in its hour 6, with one server asked and one not."""
    asked = Slot(due=0, hour=Sums(12, 11, 100, 20, 300))
    return RosterBook(hour=HOUR, rolled=DAY - 2, slots={1: asked, 2: Slot(due=0)})


def test_an_hour_goes_on_until_its_last_minute() -> None:
    book = a_book()

    assert close_hour(book, HOUR * 60 + 59) is None
    assert book.slots[1].hour.checks == 12


def test_an_hour_that_ended_is_packed_and_the_sums_start_again() -> None:
    book = a_book()

    ended = close_hour(book, HOUR * 60 + 60)

    assert ended is not None
    assert ended[0] == HOUR
    assert unpack(ended[1])[0] == {1: (12, 11, 100, 20, 300, 0)}
    assert book.slots[1].hour == Sums()
    assert book.hour == HOUR + 1
    assert close_hour(book, HOUR * 60 + 60) is None


def test_an_hour_belongs_to_where_it_was_measured_even_after_a_pause() -> None:
    book = a_book()

    ended = close_hour(book, (HOUR + 9) * 60)

    assert ended is not None
    assert (ended[0], book.hour) == (HOUR, HOUR + 9)


@pytest.mark.parametrize(
    ("rolled", "shard", "day"),
    [
        (DAY - 2, 6, DAY - 1),
        (DAY - 2, 30, DAY - 1),
        (DAY - 2, 7, None),
        (DAY - 1, 6, None),
        (DAY - 4, 23, DAY - 3),
    ],
)
def test_yesterday_is_rolled_at_the_rosters_hour_and_older_days_at_once(
    rolled: int, shard: int, day: int | None
) -> None:
    book = RosterBook(hour=HOUR, rolled=rolled)

    assert day_to_roll(book, shard, HOUR * 60) == day


def test_rosters_roll_in_all_hours_of_the_day() -> None:
    first = [
        next(h for h in range(24) if day_to_roll(RosterBook(0, DAY - 2), s, (DAY * 24 + h) * 60))
        for s in range(48)
    ]

    assert sorted(first) == sorted([*range(24), *range(24)])


def test_a_day_holds_each_slots_hours() -> None:
    book, later = a_book(), a_book()
    later.hour = HOUR + 2
    hours = dict(
        ended for ended in (close_hour(one, (HOUR + 9) * 60) for one in (book, later)) if ended
    )

    days = day_rows(hours, DAY)

    row = (12, 11, 100, 20, 300, 0)
    assert {slot: unpack(data)[0] for slot, data in days.items()} == {1: {6: row, 8: row}}


def test_a_day_may_have_hours_from_before_the_newest_column() -> None:
    hours = {DAY * 24: pack({1: (12, 11, 100, 20, 300)}), HOUR: pack({1: (9, 9, 0, 0, 90, 9)})}

    days = day_rows(hours, DAY)

    rows = {0: (12, 11, 100, 20, 300, 0), 6: (9, 9, 0, 0, 90, 9)}
    assert unpack(days[1])[0] == rows
