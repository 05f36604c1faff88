"""The rules of a check: when a server counts as offline, and which change people get to see."""

import zlib
from dataclasses import dataclass
from typing import Any

from firstspawn.clients.gameservers import PingResult
from firstspawn.uptime.state import NEVER, RosterBook, Slot, percentage

INTERVAL = 5
FAILURES_TO_OFFLINE = 3
WINDOW = 30 * 24 * 60 // INTERVAL
_UPTIME_STEP = 5
_PLAYERS_STEP = 5
_PLAYERS_PART = 10


@dataclass(frozen=True, slots=True)
class Change:
    """What to show of a server from now on, by the names of `ServerStatus`.

    `seen` is the minute of its last answer, None if it never gave one.
    """

    slot: int
    values: dict[str, Any]
    seen: int | None


def is_due(slot: Slot | None, horizon: int, address: int) -> bool:
    """Tell whether to ask now: up to the minute `horizon`, or at once who is new or has moved."""
    return slot is None or slot.due <= horizon or slot.address != address


def record(
    book: RosterBook, number: int, answer: PingResult, minute: int, *, force: bool = False
) -> Change | None:
    """Count one check of a slot. Returns what people must be shown, if anything (or `force`)."""
    known = book.slots.get(number)
    slot = book.slots.setdefault(number, Slot(due=minute))
    was_online = slot.online
    _count(slot, answer)
    _judge(slot, answer, minute)
    slot.due = minute + INTERVAL
    uptime = percentage(slot)
    look = _look(answer) if answer.online else slot.look
    players = _players_shown(slot, answer)
    if not (
        force
        or known is None
        or slot.online != was_online
        or look != slot.look
        or have_moved(slot.players, players)
        or abs(uptime - slot.uptime) >= _UPTIME_STEP
    ):
        return None
    # Forced without an answer: nothing is known of what the status shows, so the next one is shown.
    slot.look = 0 if force and not answer.online else look
    slot.uptime, slot.players = uptime, players
    return Change(number, _values(slot, answer), None if slot.seen == NEVER else slot.seen)


def have_moved(shown: int, players: int) -> bool:
    """Tell whether a number of players differs enough to be shown: 5 or 10 %, or to or from 0."""
    if (shown == 0) != (players == 0):
        return True
    return abs(players - shown) >= max(_PLAYERS_STEP, shown / _PLAYERS_PART)


def _count(slot: Slot, answer: PingResult) -> None:
    if slot.checks >= WINDOW:
        slot.checks //= 2
        slot.answered //= 2
    slot.checks += 1
    if answer.online:
        slot.answered += 1
        slot.hour.add(answer.players or 0, answer.latency_ms or 0)
    else:
        slot.hour.checks += 1


def _judge(slot: Slot, answer: PingResult, minute: int) -> None:
    if answer.online:
        slot.online, slot.failures, slot.seen = True, 0, minute
    else:
        slot.failures = min(slot.failures + 1, FAILURES_TO_OFFLINE)
        slot.online = slot.online and slot.failures < FAILURES_TO_OFFLINE


def _players_shown(slot: Slot, answer: PingResult) -> int:
    if answer.online:
        return answer.players or 0
    return slot.players if slot.online else 0


def _look(answer: PingResult) -> int:
    shown = f"{answer.max_players}\0{answer.version}\0{answer.motd}"
    return zlib.crc32(shown.encode(errors="replace")) & 0xFFFFFF


def _values(slot: Slot, answer: PingResult) -> dict[str, Any]:
    values: dict[str, Any] = {"isOnline": slot.online, "uptime": slot.uptime / 10}
    if answer.online:
        values |= {
            "playerCount": slot.players,
            "maxPlayers": answer.max_players or 0,
            "gameVersion": answer.version or None,
            "motd": answer.motd or None,
            "latency": answer.latency_ms,
        }
    else:
        values["playerCount"] = slot.players
        if not slot.online:
            values["latency"] = None
    return values
