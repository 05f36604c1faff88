"""The rules of a check: when a server counts as offline, and which change people get to see."""

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from firstspawn.clients.gameservers import PingResult
from firstspawn.uptime.absence import INTERVAL, Stage, gap, stage_of
from firstspawn.uptime.state import NEVER, SOURCE_CHECK, RosterBook, Slot, percentage

FAILURES_TO_OFFLINE = 3
_UNTOLD_TO_NOBODY = 3
_PATIENCE = FAILURES_TO_OFFLINE
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
    stands_in: bool = False,
) -> Change | None:
    """Count one check of a slot. Returns what people must be shown, if anything (or `force`: all).

    `excused` is a check in planned maintenance: it does not count if it is not answered. One that
    is `unopened` is not awaited, so not absent; nor do its checks count until its first answer.
    `blocked`: Mojang blocks its address. `stands_in`: another edition answered instead of its own.
    """
    known = book.slots.get(number)
    slot = book.slots.setdefault(number, Slot(due=minute))
    was, stage = slot.online, slot.stage
    force, returns = force or _is_unshown(slot, answer, minute), slot.patience == 0
    if unopened:
        slot.down, slot.stage = NEVER, Stage.PRESENT
    counts = not (excused or (unopened and slot.seen == NEVER))
    _judge(slot, number, answer, minute, counts=counts, awaited=not (excused or unopened))
    slot.due = minute + gap(_away(slot, minute), number)
    slot.patience = _PATIENCE if answer.online and not stands_in else max(0, slot.patience - 1)
    tells = answer.online and not answer.alive_only and not (stands_in and slot.patience)
    look = _look(answer) if tells else slot.look
    may_dress = (returns and not stands_in) or _may_dress(slot, minute)
    dress = force or known is None or (look != slot.look and may_dress)
    uptime, players = percentage(slot), _players_shown(slot, answer)
    if not (
        dress
        or (slot.online, slot.stage) != (was, stage)
        or slot.blocked != blocked
        or have_moved(slot.players, players)
        or abs(uptime - slot.uptime) >= _UPTIME_STEP
    ):
        return None
    values = _values(slot, answer, players) | {"uptime": uptime / 10}
    slot.uptime, slot.players = uptime, players
    if force or slot.stage != stage:
        values |= _absence(slot)
    if force or slot.blocked != blocked:
        values["isEulaBlocked"] = blocked or None
    slot.blocked, slot.refused = blocked, slot.refused and not force
    icon = _dress(slot, answer if tells else None, values, minute, force=force) if dress else None
    return Change(number, values, None if slot.seen == NEVER else slot.seen, icon)


def refuse(slot: Slot, minute: int) -> None:
    """Note that a change was not shown: all of it has to be. Whoever refused an absence knows that
    the server is there, so that it begins anew.
    """
    slot.refused = True
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


def _is_unshown(slot: Slot, answer: PingResult, minute: int) -> bool:
    """Tell whether to show all of a server: with an answer, or else once a day, if a change was
    refused; and once a day that it is unlisted, as its plugin may have had it listed for a while.
    """
    if slot.refused and answer.online:
        return True
    is_told_daily = slot.refused or slot.stage == Stage.UNLISTED
    return is_told_daily and minute - slot.dressed >= _SAID_AGAIN


def _judge(
    slot: Slot, number: int, answer: PingResult, minute: int, *, counts: bool, awaited: bool
) -> None:
    if answer.online or counts:
        _count(slot, number, answer, minute)
    if answer.online:
        slot.online, slot.failures, slot.seen = True, 0, minute
        slot.down, slot.stage = NEVER, Stage.PRESENT
        return
    slot.failures = min(slot.failures + 1, FAILURES_TO_OFFLINE)
    slot.online = slot.online and slot.failures < FAILURES_TO_OFFLINE
    if awaited:
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
        # What we were told once must not stay for ever.
        return slot.players if slot.untold < _UNTOLD_TO_NOBODY else 0
    if answer.online:
        return answer.players or 0
    return slot.players if slot.online else 0


def _look(answer: PingResult) -> int:
    shown = f"{answer.max_players}\0{answer.version}\0{answer.motd}\0{answer.icon_text}"
    return zlib.crc32(shown.encode(errors="replace")) & 0xFFFFFF


def _values(slot: Slot, answer: PingResult, players: int) -> dict[str, Any]:
    values: dict[str, Any] = {"isOnline": slot.online, "playerCount": players}
    if slot.online:
        values["source"] = SOURCE_CHECK
    if answer.online:
        values["latency"] = answer.latency_ms
    elif not slot.online:
        values["latency"] = None
    return values


def _dress(
    slot: Slot, answer: PingResult | None, values: dict[str, Any], minute: int, *, force: bool
) -> bytes | None:
    """Add what a server says of itself. Returns its icon if that has to be shown.

    Without an answer nothing is known of what the status shows: the next is shown whole.
    """
    anew = force or slot.look == 0
    slot.dressed, slot.look = minute, 0
    if answer is None:
        return None
    slot.look = _look(answer)
    if not answer.hides_players:
        values["maxPlayers"] = answer.max_players or 0
    values["gameVersion"] = answer.version or None
    values["motd"] = answer.motd or None
    values["motdCodes"] = answer.motd_codes
    digest = zlib.crc32(answer.icon_text.encode()) & 0xFFFFFF if answer.icon_text else 0
    if digest == slot.icon and not anew:
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
