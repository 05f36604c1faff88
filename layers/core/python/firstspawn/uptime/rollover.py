"""From a roster's running sums to its hours, and from hours to each server's days."""

from collections.abc import Mapping

from firstspawn.uptime.packing import Row, pack, unpack
from firstspawn.uptime.state import RosterBook, Sums

MINUTES = 60
HOURS = 24


def close_hour(book: RosterBook, minute: int) -> tuple[int, bytes] | None:
    """Start a new hour if the minute lies in one: the ended hour and its packed sums by slot.

    A function of the state alone: whoever closes the same hour writes the same bytes.
    """
    hour = minute // MINUTES
    if hour <= book.hour:
        return None
    ended = book.hour
    rows = {number: slot.hour.row() for number, slot in book.slots.items() if slot.hour.checks}
    for slot in book.slots.values():
        slot.hour = Sums()
    book.hour = hour
    return (ended, pack(rows)) if rows else None


def day_to_roll(book: RosterBook, shard: int, minute: int) -> int | None:
    """The day to write to each server now, if any: at an hour of its own for each roster.

    Else a million servers would write theirs in the first minutes after midnight.
    """
    today, hour = divmod(minute // MINUTES, HOURS)
    candidate = book.rolled + 1
    if candidate < today - 1 or (candidate == today - 1 and hour >= shard % HOURS):
        return candidate
    return None


def day_rows(hours: Mapping[int, bytes], day: int) -> dict[int, bytes]:
    """Turn a day's packed hours into each slot's packed day (rows by hour of the day)."""
    days: dict[int, dict[int, Row]] = {}
    for hour, packed in hours.items():
        for slot, row in unpack(packed)[0].items():
            # Through `Sums`: an hour stored before its newest column has a shorter row.
            days.setdefault(slot, {})[hour - day * HOURS] = Sums(*row).row()
    return {slot: pack(rows) for slot, rows in days.items()}
