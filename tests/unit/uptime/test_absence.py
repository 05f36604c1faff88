"""A server that stays away is asked less often, warned about, unlisted, and forgiven at once."""

from collections.abc import Iterator

import pytest

from firstspawn.uptime.absence import INTERVAL, Stage, gap, stage_of
from firstspawn.uptime.rules import Change, record
from firstspawn.uptime.state import RosterBook
from tests.support.uptime import offline, online

NOON, DAY = 29_640_000, 24 * 60


@pytest.mark.parametrize(
    ("away", "minutes"),
    [(0, 5), (DAY - 1, 5), (DAY, 15), (7 * DAY - 1, 15), (7 * DAY, 60), (400 * DAY, 60)],
)
def test_the_longer_away_the_rarer_asked(away: int, minutes: int) -> None:
    assert gap(away, 0) == minutes
    assert gap(away, 1) == (minutes if minutes == INTERVAL else minutes - INTERVAL)


@pytest.mark.parametrize(
    ("away", "stage"),
    [
        (7 * DAY - 1, Stage.PRESENT),
        (7 * DAY, Stage.WARNED),
        (13 * DAY, Stage.LAST_WARNING),
        (14 * DAY - 1, Stage.LAST_WARNING),
        (14 * DAY, Stage.UNLISTED),
    ],
)
def test_two_warnings_come_before_the_end(away: int, stage: Stage) -> None:
    assert stage_of(away) is stage


def test_neighbours_that_failed_together_are_not_all_due_together_for_ever() -> None:
    assert len({gap(8 * DAY, slot) for slot in range(100)}) > 1
    assert {gap(0, slot) for slot in range(100)} == {INTERVAL}


def away_for(book: RosterBook, minutes: int, slot: int = 0) -> Iterator[Change]:
    """Live through an absence, asked whenever it is due; give what is shown."""
    minute, end = NOON, NOON + minutes
    while minute <= end:
        if change := record(book, slot, offline(), minute):
            yield change
        minute = book.slots[slot].due


def test_an_absence_is_shown_stage_by_stage_with_its_beginning() -> None:
    # Given a server that was there
    book = RosterBook(hour=NOON // 60, rolled=0)
    record(book, 0, online(), NOON - INTERVAL)
    # When it stays away
    changes = list(away_for(book, 14 * DAY))
    # Then
    told = [change.values for change in changes if "absenceStage" in change.values]
    assert [values["absenceStage"] for values in told] == [1, 2, 3]
    assert [values["isUnlisted"] for values in told] == [None, None, True]
    assert {values["unreachableSince"].timestamp() for values in told} == {NOON * 60}


def test_the_first_answer_ends_it() -> None:
    # Given one that was unlisted
    book = RosterBook(hour=NOON // 60, rolled=0)
    assert list(away_for(book, 15 * DAY))
    # When it answers
    change = record(book, 0, online(), NOON + 15 * DAY)
    # Then
    assert change is not None
    assert change.values["isOnline"] is True
    assert change.values["isUnlisted"] is change.values["unreachableSince"] is None
    assert book.slots[0].due == NOON + 15 * DAY + INTERVAL


def test_however_late_we_notice_warnings_come_first() -> None:
    # Given a server that was not asked for weeks
    book = RosterBook(hour=NOON // 60, rolled=0)
    record(book, 0, offline(), NOON)
    # When it is asked again
    later = [record(book, 0, offline(), NOON + 60 * DAY + minute) for minute in (0, 60, 120)]
    # Then
    stages = [change.values.get("absenceStage") for change in later if change]
    assert stages == [1, 2, 3]


@pytest.mark.parametrize("was_there", [False, True])
def test_nobody_awaits_a_server_before_it_opens(was_there: bool) -> None:
    # Given one that opens in twenty days, and perhaps answered before
    book = RosterBook(hour=NOON // 60, rolled=0)
    record(book, 0, online() if was_there else offline(), NOON - INTERVAL, unopened=True)
    # When it stays away until then
    days = range(NOON, NOON + 20 * DAY, DAY // 2)
    changes = [record(book, 0, offline(), minute, unopened=True) for minute in days]
    # Then it is not absent, but an outage counts: no plan hides it
    stages = [change.values.get("absenceStage") for change in changes if change]
    assert set(stages) <= {None}
    assert book.slots[0].checks == (len(days) + 1 if was_there else 0)
    # And from then on it is awaited
    record(book, 0, offline(), NOON + 20 * DAY)
    assert book.slots[0].checks > 0
    assert book.slots[0].down == NOON + 20 * DAY


def test_a_server_that_was_unlisted_comes_back_once_it_says_when_it_opens() -> None:
    # Given one that never answered
    book = RosterBook(hour=NOON // 60, rolled=0)
    assert list(away_for(book, 15 * DAY))
    # When it says that it opens later
    change = record(book, 0, offline(), NOON + 15 * DAY, unopened=True)
    # Then it is listed, and has its days anew from the opening on
    assert change is not None
    assert change.values["isUnlisted"] is change.values["absenceStage"] is None
    assert record(book, 0, offline(), NOON + 15 * DAY + INTERVAL) is None
    assert book.slots[0].stage == Stage.PRESENT


@pytest.mark.parametrize("number", [0, 1])
def test_being_asked_less_often_makes_no_other_percentage(number: int) -> None:
    # Given a server that was up for ten days
    book = RosterBook(hour=NOON // 60, rolled=0)
    for minute in range(NOON - 10 * DAY, NOON, INTERVAL):
        record(book, number, online(), minute)
    # When it is away for ten
    slot = book.slots[number]
    before = slot.hour.checks
    assert list(away_for(book, 10 * DAY, number))
    # Then each interval counts once, until it is asked again
    assert slot.hour.checks - before == (slot.due - NOON) // INTERVAL
    assert slot.answered / slot.checks == pytest.approx(0.5, abs=0.002)
