"""How the demo's game servers are doing at a moment: pure functions of slug and time.

The game world answers pings with it and the seed invents the past with it, so the two agree.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

_SIZES: Final = (20, 20, 40, 50, 50, 100, 100, 150, 200, 500, 1000)
_VERSIONS: Final = ("1.20.4", "1.21.1", "1.21.4", "Paper 1.21.4", "Purpur 1.20.6", "Velocity 3.4.0")
_LINES: Final = (
    "§7Survival with friends, no pay to win",
    "§eNew season §7every month",
    "§bCross-play §7& voice chat",
    "§7Come as you are. §aOpen to all",
    "§6Events §7on Fridays and Saturdays",
    "§7Est. 2014, still here",
)
_SLOT: Final = 300  # seconds for which a server's number of players stays the same


class Temper(StrEnum):
    """How a server behaves as a whole: most are steady, a few give the demo something to see."""

    STEADY = "steady"
    SLOW = "slow"
    FLAPPING = "flapping"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A server at a moment. `delay` is in seconds; the message carries formatting codes."""

    online: bool
    delay: float
    players: int
    max_players: int
    version: str
    motd: str


def snapshot(slug: str, moment: datetime) -> Snapshot:
    """The server of this slug at this moment (aware, UTC); the same for the same arguments."""
    kind = temper(slug)
    size = _SIZES[_draw(slug, "size") % len(_SIZES)]
    seconds = int(moment.timestamp())
    return Snapshot(
        online=_is_up(slug, kind, seconds),
        delay=0.8 + _part(slug, "delay") if kind is Temper.SLOW else 0.0,
        players=_players(slug, size, seconds),
        max_players=size,
        version=_VERSIONS[_draw(slug, "version") % len(_VERSIONS)],
        motd=f"§l{slug.replace('-', ' ').title()}\n{_LINES[_draw(slug, 'line') % len(_LINES)]}",
    )


def temper(slug: str) -> Temper:
    """Of a hundred servers about three are down, four flap and five are slow."""
    lot = _draw(slug, "temper") % 100
    if lot < 3:
        return Temper.DOWN
    if lot < 7:
        return Temper.FLAPPING
    return Temper.SLOW if lot < 12 else Temper.STEADY


def _is_up(slug: str, kind: Temper, seconds: int) -> bool:
    if kind is Temper.DOWN:
        return False
    if kind is Temper.FLAPPING:
        # Away for 25 minutes of every 90, each server at its own time.
        return (seconds // 60 + _draw(slug, "phase")) % 90 >= 25
    return True


def _players(slug: str, size: int, seconds: int) -> int:
    """A daily curve around the evening of the server's region, livelier at weekends."""
    hour = seconds / 3600 % 24
    peak = 18 + (_draw(slug, "region") % 4) * 6
    day = (1 + math.cos((hour - peak) / 24 * 2 * math.pi)) / 2
    weekday = (seconds // 86400 + 3) % 7  # the epoch began on a Thursday
    weekend = 1.25 if weekday >= 5 else 1.0
    wobble = 0.9 + 0.2 * _part(slug, str(seconds // _SLOT))
    popularity = 0.02 + 0.7 * _part(slug, "popularity") ** 2
    return min(size, int(size * popularity * (0.25 + 0.75 * day) * weekend * wobble))


def _draw(slug: str, what: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{slug}/{what}".encode(), digest_size=4).digest(), "big")


def _part(slug: str, what: str) -> float:
    return _draw(slug, what) / 2**32
