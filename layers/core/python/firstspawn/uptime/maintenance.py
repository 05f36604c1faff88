"""Planned maintenance as it is stored (begin, end, begin, end, ... in epoch minutes) and shown.

Which windows owners may plan is `availability/windows.py`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from firstspawn.kit.dto import Dto


class Window(NamedTuple):
    """From `begin` up to, not including, `end`; minutes since 1970."""

    begin: int
    end: int

    def view(self) -> "MaintenanceWindow":
        """The window for people."""
        begins, ends = (datetime.fromtimestamp(minute * 60, UTC) for minute in self)
        return MaintenanceWindow(id=str(self.begin), begins=begins, ends=ends)


class MaintenanceWindow(Dto):
    """A window of planned maintenance: missed checks in it do not count."""

    id: str
    begins: datetime
    ends: datetime


def windows_of(stored: Sequence[int] | None) -> list[Window]:
    """The windows in what is stored."""
    minutes = [int(minute) for minute in stored or ()]
    return [Window(*pair) for pair in zip(minutes[::2], minutes[1::2], strict=True)]
