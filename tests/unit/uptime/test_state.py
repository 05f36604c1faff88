"""A roster's book: nothing is lost by packing it, and a hundred servers stay small."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.uptime.packing import pack
from firstspawn.uptime.rules import record
from firstspawn.uptime.state import NEVER, RosterBook, Slot, Sums
from tests.support.uptime import look, offline, online

_counts = st.integers(0, 100_000)
_minutes = st.integers(29_000_000, 31_000_000)
_sums = st.builds(
    Sums, checks=_counts, answered=_counts, players=_counts, peak=_counts, latency=_counts,
    untold=_counts,
)  # fmt: skip
_slots = st.builds(
    Slot,
    due=_minutes,
    online=st.booleans(),
    failures=st.integers(0, 3),
    seen=st.just(NEVER) | _minutes,
    players=_counts,
    uptime=st.integers(0, 1000),
    look=st.integers(0, 2**24 - 1),
    checks=_counts,
    answered=_counts,
    address=st.integers(0, 2**16 - 1),
    dressed=st.just(NEVER) | _minutes,
    down=st.just(NEVER) | _minutes,
    stage=st.integers(0, 3),
    icon=st.integers(0, 2**24 - 1),
    blocked=st.booleans(),
    untold=st.integers(0, 3),
    patience=st.integers(0, 3),
    refused=st.booleans(),
    hour=_sums,
)
_books = st.builds(
    RosterBook,
    hour=st.integers(480_000, 500_000),
    rolled=st.integers(20_000, 21_000),
    slots=st.dictionaries(st.integers(0, 99), _slots, max_size=20),
)


@given(_books)
def test_a_book_comes_back_as_it_was(book: RosterBook) -> None:
    assert RosterBook.unpacked(book.packed()) == book


def test_a_book_stored_before_its_newest_columns_is_read() -> None:
    # Given a state of fifteen columns, as it was packed at first
    row = (5, 6, 1, 0, 10, 0, 77, 20, 1, 9, 2, 0, 20, 10, 40)
    stored = pack({3: row}, {"hour": 494_000, "rolled": 20_582, "base": 29_640_005})
    # When
    slot = RosterBook.unpacked(stored).slots[3]
    # Then
    assert (slot.due, slot.seen, slot.hour.row()) == (29_640_000, 29_640_000, (2, 2, 20, 10, 40, 0))
    assert (slot.dressed, slot.down, slot.stage, slot.icon) == (NEVER, NEVER, 0, 0)


@pytest.mark.parametrize("seed", range(10))
def test_the_state_of_a_hundred_servers_stays_within_three_write_units(seed: int) -> None:
    # Given a roster of servers of all sizes and looks, of which a tenth is down, within an hour
    random = Random(seed)
    book = RosterBook(hour=494_000, rolled=20_582)
    sizes = [int(random.paretovariate(0.7) * 5) % 5000 for _ in range(100)]
    for slot in range(100):
        book.slots[slot] = Slot(due=0, address=random.randrange(2**16))
        checks = random.randrange(4320, 8640)
        book.slots[slot].checks, book.slots[slot].answered = checks, checks - random.randrange(200)

    # When twelve rounds have filled its sums
    for minute in range(29_640_000, 29_640_060, 5):
        for slot, size in enumerate(sizes):
            players = max(0, size + random.randint(-size // 10, size // 10))
            up = slot % 10 and random.random() > 0.01
            answer = online(players, random.randint(5, 300), **look(slot)) if up else offline()
            record(book, slot, answer, minute)

    # Then it is billed as three units: keys and names take 80 bytes
    assert 2 * 1024 < len(book.packed()) < 3 * 1024 - 80 - 400, "with bytes to spare"
