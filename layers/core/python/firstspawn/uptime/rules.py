"""The rules of a check: when a server counts as offline, and which change people get to see."""

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from firstspawn.clients.gameservers import PingResult
from firstspawn.uptime.absence import INTERVAL, Stage, gap, stage_of
from firstspawn.uptime.state import (
    NEVER,
    SOURCE_ALIVE,
    SOURCE_TOLD,
    RosterBook,
    Slot,
    percentage,
)

FAILURES_TO_OFFLINE = 3
_UNTOLD_TO_NOBODY = 3
WINDOW = 30 * 24 * 60 // INTERVAL
_UPTIME_STEP = 5
_PLAYERS_STEP = 5
_PLAYERS_PART = 10
_DRESSED_FOR = 30
_SAID_AGAIN = 24 * 60


@dataclass(frozen=True, slots=True)
class Change:
    """What to show of a server from now on, by the names of `ServerStatus`.

    `seen` is the minute of its last answer, None if it never gave one. `icon` is a PNG to be shown
    instead of the one that is.
    """

    slot: int
    values: dict[str, Any]
    seen: int | None
    icon: bytes | None = None


def is_due(slot: Slot | None, horizon: int, address: int) -> bool:
    """Tell whether to ask now: up to the minute `horizon`, or at once who is new or has moved."""
    return slot is None or slot.due <= horizon or slot.address != address


def is_overdue(slot: Slot | None, minute: int) -> bool:
    """Tell whether to say again, once a day, that a server is unlisted: its plugin may have had it
    listed for a while, which no round was told.
    """
    if slot is None or slot.stage != Stage.UNLISTED:
        return False
    return minute - slot.dressed >= _SAID_AGAIN


def record(
    book: RosterBook,
    number: int,
    answer: PingResult,
    minute: int,
    *,
    force: bool = False,
    excused: bool = False,
    unopened: bool = False,
    blocked: bool = False,
) -> Change | None:
    """Count one check of a slot. Returns what people must be shown, if anything (or `force`).

    `excused` is a check in planned maintenance: it does not count if it is not answered. Nor does
    one of a server that is `unopened`, until it has answered for the first time: nobody awaits it.
    `blocked` tells whether Mojang blocks the server's address.
    """
    known = book.slots.get(number)
    slot = book.slots.setdefault(number, Slot(due=minute))
    was, stage = (slot.online, bool(slot.untold), slot.stage), slot.stage
    if unopened and slot.seen == NEVER:
        slot.down, slot.stage, excused = NEVER, Stage.PRESENT, True
    _judge(slot, number, answer, minute, excused=excused)
    slot.due = minute + gap(_away(slot, minute), number)
    tells = answer.online and not answer.alive_only
    look = _look(answer) if tells else slot.look
    dress = force or known is None or (look != slot.look and _may_dress(slot, minute))
    uptime, players = percentage(slot), _players_shown(slot, answer)
    if not (
        dress
        or (slot.online, bool(slot.untold), slot.stage) != was
        or slot.blocked != blocked
        or have_moved(slot.players, players)
        or abs(uptime - slot.uptime) >= _UPTIME_STEP
    ):
        return None
    values = _values(slot, answer, players) | {"uptime": uptime / 10}
    slot.uptime, slot.players = uptime, players
    if slot.stage != stage or (force and stage):
        values |= _absence(slot)
    if slot.blocked != blocked or (force and blocked):
        values["isEulaBlocked"] = blocked or None
        slot.blocked = blocked
    icon = None
    if dress:
        # Forced without an answer: nothing is known of what the status shows: the next is shown.
        slot.look = look if tells else 0
        values |= _dress(slot, answer, minute)
        icon = _new_icon(slot, answer, values)
    return Change(number, values, None if slot.seen == NEVER else slot.seen, icon)


def renew_absence(slot: Slot, minute: int) -> None:
    """Let an absence that was not shown begin anew: whoever refused it knows that it is there."""
    if slot.down != NEVER:
        slot.down, slot.stage = minute, Stage.PRESENT


def have_moved(shown: int, players: int) -> bool:
    """Tell whether a number of players differs enough to be shown: 5 or 10 %, or to or from 0."""
    if (shown == 0) != (players == 0):
        return True
    return abs(players - shown) >= max(_PLAYERS_STEP, shown / _PLAYERS_PART)


def _count(slot: Slot, number: int, answer: PingResult, minute: int) -> None:
    if slot.checks >= WINDOW:
        slot.checks //= 2
        slot.answered //= 2
    if answer.online:
        slot.checks += 1
        slot.answered += 1
        slot.untold = min(slot.untold + 1, _UNTOLD_TO_NOBODY) if answer.players is None else 0
        slot.hour.add(answer.players, answer.latency_ms or 0)
        return
    # Who is asked less often is away no less: one check stands for all until the next one.
    missed = gap(_away(slot, minute), number) // INTERVAL
    slot.checks += missed
    slot.hour.checks += missed


def _judge(slot: Slot, number: int, answer: PingResult, minute: int, *, excused: bool) -> None:
    if answer.online or not excused:
        _count(slot, number, answer, minute)
    if answer.online:
        slot.online, slot.failures, slot.seen = True, 0, minute
        slot.down, slot.stage = NEVER, Stage.PRESENT
        return
    slot.failures = min(slot.failures + 1, FAILURES_TO_OFFLINE)
    slot.online = slot.online and slot.failures < FAILURES_TO_OFFLINE
    if not excused:
        slot.down = minute if slot.down == NEVER else slot.down
        # Step by step: however late we notice, a warning comes before what it warns of.
        slot.stage = min(slot.stage + 1, stage_of(_away(slot, minute)))


def _away(slot: Slot, minute: int) -> int:
    return 0 if slot.down == NEVER else minute - slot.down


def _may_dress(slot: Slot, minute: int) -> bool:
    """An animated message of the day must not cost a write a check; the first look is free."""
    return slot.look == 0 or slot.dressed == NEVER or minute - slot.dressed >= _DRESSED_FOR


def _players_shown(slot: Slot, answer: PingResult) -> int:
    if answer.leaves_players:
        # Whoever knows how many there are has written it: a plugin, perhaps. If there is none, what
        # we were told once must not stay for ever.
        return slot.players if slot.untold < _UNTOLD_TO_NOBODY else 0
    if answer.online:
        return answer.players or 0
    return slot.players if slot.online else 0


def _look(answer: PingResult) -> int:
    shown = f"{answer.max_players}\0{answer.version}\0{answer.motd}\0{answer.icon_text}"
    return zlib.crc32(shown.encode(errors="replace")) & 0xFFFFFF


def _values(slot: Slot, answer: PingResult, players: int) -> dict[str, Any]:
    values: dict[str, Any] = {"isOnline": slot.online}
    leaves = answer.leaves_players if answer.online else slot.online and slot.untold
    if not leaves or (slot.players and not players):
        values["playerCount"] = players
    if slot.online:
        values["source"] = SOURCE_ALIVE if leaves else SOURCE_TOLD
    if answer.online:
        values["latency"] = answer.latency_ms
    elif not slot.online:
        values["latency"] = None
    return values


def _dress(slot: Slot, answer: PingResult, minute: int) -> dict[str, Any]:
    """What a server says of itself; nothing if it did not answer."""
    slot.dressed = minute
    if not answer.online or answer.alive_only:
        return {}
    most = {} if answer.hides_players else {"maxPlayers": answer.max_players or 0}
    return most | {
        "gameVersion": answer.version or None,
        "motd": answer.motd or None,
        "motdCodes": answer.motd_codes,
    }


def _new_icon(slot: Slot, answer: PingResult, values: dict[str, Any]) -> bytes | None:
    """The icon if it is another one; the address of one that is gone is taken out of `values`."""
    digest = zlib.crc32(answer.icon_text.encode()) & 0xFFFFFF if answer.icon_text else 0
    if not answer.online or answer.alive_only or digest == slot.icon:
        return None
    slot.icon = digest
    if digest == 0:
        values["iconUrl"] = None
    return answer.icon


def _absence(slot: Slot) -> dict[str, Any]:
    since = None if slot.stage == Stage.PRESENT else slot.down
    return {
        "absenceStage": int(slot.stage) or None,
        "unreachableSince": since and datetime.fromtimestamp(since * 60, UTC),
        "isUnlisted": slot.stage == Stage.UNLISTED or None,
    }
