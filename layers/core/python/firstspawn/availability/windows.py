"""The rules of planned maintenance, on minutes since 1970.

Maintenance that is not announced, or never ends, would be a way to a better percentage: a window
begins later than it is announced, and 30 days hold 24 hours of them.
"""

from collections.abc import Sequence

from firstspawn.availability.errors import (
    MaintenanceExhausted,
    MaintenanceNotFound,
    MaintenanceOverlaps,
)
from firstspawn.errors import Invalid
from firstspawn.uptime.maintenance import Window

_DAY = 24 * 60
ANNOUNCED, FURTHEST, LONGEST = 10, 60 * _DAY, 8 * 60
SPAN, ALLOWED, MOST = 30 * _DAY, _DAY, 10


def kept(windows: Sequence[Window], now: int) -> list[Window]:
    """The windows that still matter: those of the last 30 days, and those to come."""
    return sorted(window for window in windows if window.end > now - SPAN)


def planned(windows: Sequence[Window], new: Window, now: int) -> list[Window]:
    """Add a window. Raises Invalid, MaintenanceOverlaps, MaintenanceExhausted."""
    if not now + ANNOUNCED <= new.begin <= now + FURTHEST:
        raise Invalid.field("begins", "must lie 10 minutes to 60 days ahead")
    if not new.begin < new.end <= new.begin + LONGEST:
        raise Invalid.field("ends", "must follow the beginning within 8 hours")
    known = kept(windows, now)
    if any(new.begin < other.end and other.begin < new.end for other in known):
        raise MaintenanceOverlaps
    all_of_them = sorted([*known, new])
    if len(all_of_them) > MOST or any(_within(all_of_them, one.end) > ALLOWED for one in known):
        raise MaintenanceExhausted
    if _within(all_of_them, new.end) > ALLOWED:
        raise MaintenanceExhausted
    return all_of_them


def cancelled(windows: Sequence[Window], begin: int, now: int) -> list[Window]:
    """Drop a window to come, or end one that is under way. Raises MaintenanceNotFound."""
    known = kept(windows, now)
    if not any(one.begin == begin and one.end > now for one in known):
        raise MaintenanceNotFound
    left = [one if one.begin != begin else Window(begin, max(now, begin)) for one in known]
    return [one for one in left if one.begin < one.end]


def _within(windows: Sequence[Window], end: int) -> int:
    """How many minutes the windows cover of the 30 days before `end`."""
    start = end - SPAN
    return sum(max(0, min(one.end, end) - max(one.begin, start)) for one in windows)
