"""What of a claim counts: the one place where playtime is made, and nothing but pure functions.

A player has one clock for all servers. It remembers which seconds of the last day were given
away, to whomever; a second is given once. So a retry, a late report, or a second server that
claims the same hour finds nothing left to count, in whichever order they come.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from firstspawn.playtime.spans import (
    Span,
    by_hour,
    clip,
    measure,
    subtract,
    union,
    within,
)

DAY = 86_400
LATEST = DAY
JUMP = 2 * 3600
MARATHON = 20 * 3600
SPANS_KEPT = 16
SERVERS_KEPT = 32
_GRACE = 15


class Reason(StrEnum):
    """Why seconds of a claim did not count. Those behind `JUMP` are held for a moderator."""

    FUTURE = "in_the_future"
    OLD = "too_old"
    OFFLINE = "server_was_offline"
    ABSENT = "player_was_not_online"
    COUNTED = "already_counted"
    JUMP = "sudden_jump"
    MARATHON = "marathon_day"
    CAPACITY = "beyond_capacity"
    CROWD = "more_players_than_seen"
    IDENTICAL = "identical_increments"
    SUSPECT = "instance_under_suspicion"


@dataclass(slots=True)
class Played:
    """What a player has on one server, in seconds; `last` is when that was last added to."""

    active: int = 0
    afk: int = 0
    last: int = 0

    @property
    def minutes(self) -> int:
        """Whole active minutes: what the server's total counts."""
        return self.active // 60


@dataclass(slots=True)
class Clock:
    """A player's clock: `spans` are the seconds given away, and nothing before `floor` is left.

    `servers` has those played last; `day` (since 1970) and `day_active` are the latest day and
    the active seconds counted of it, `eve_active` those of the day before: a report reaches no
    further back. `version` 0 means that it is not stored yet.
    """

    floor: int = 0
    spans: list[Span] = field(default_factory=list)
    servers: dict[str, Played] = field(default_factory=dict)
    day: int = 0
    day_active: int = 0
    eve_active: int = 0
    name: str | None = None
    linked: bool = False
    spilled: int = 0
    version: int = 0

    def copy(self) -> "Clock":
        """One that can be changed without changing this one."""
        servers = {one: replace(played) for one, played in self.servers.items()}
        return replace(self, spans=list(self.spans), servers=servers)


@dataclass(frozen=True, slots=True)
class Claim:
    """A server's claim that a player was there, `afk` seconds of it idle."""

    player: str
    name: str | None
    span: Span
    afk: int = 0


@dataclass(slots=True)
class Verdict:
    """What became of a claim, in seconds; `active`, `afk` and `held` are exclusive."""

    claim: Claim
    active: int = 0
    afk: int = 0
    held_active: int = 0
    held_afk: int = 0
    reasons: list[Reason] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """Seconds counted, active and idle."""
        return self.active + self.afk

    @property
    def held(self) -> int:
        """Seconds that wait for a moderator."""
        return self.held_active + self.held_afk


@dataclass(frozen=True, slots=True)
class Roll:
    """A heartbeat that named its players: when (epoch seconds), and whether somebody was named."""

    at: int
    named: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known at the moment of a report, of its server.

    `offline` are spans in which our pings found it down, `rolls` what its last heartbeats named.
    `hold` holds everything back.
    """

    server_id: str
    now: int
    offline: Sequence[Span] = ()
    rolls: Sequence[Roll] = ()
    hold: Reason | None = None


class Room:
    """How many player-seconds a server has left in each hour; None is without a limit."""

    def __init__(self, capacity: int | None, used: Mapping[int, int]) -> None:
        self._limit = None if capacity is None else capacity * 3600
        self._used, self.taken = dict(used), dict[int, int]()

    def take(self, spans: Iterable[Span]) -> bool:
        """Take the spans' seconds, or nothing if one of their hours is full."""
        wanted = by_hour(spans)
        if self._limit is not None and any(
            self._used.get(hour, 0) + self.taken.get(hour, 0) + seconds > self._limit
            for hour, seconds in wanted.items()
        ):
            return False
        for hour, seconds in wanted.items():
            self.taken[hour] = self.taken.get(hour, 0) + seconds
        return True

    def limit(self, hour: int) -> int | None:
        """How much of an hour may be used for what was taken of it to fit in."""
        return None if self._limit is None else self._limit - self.taken[hour]


def account(clock: Clock, claims: Iterable[Claim], at: Circumstances, room: Room) -> list[Verdict]:
    """Give a player's claims what is left of their time: changes the clock, returns verdicts.

    Held seconds are given away as well, so that releasing them later can add to nobody's time.
    """
    clock.floor = max(clock.floor, at.now - LATEST)
    verdicts: list[Verdict] = []
    for claim in sorted(claims, key=_start):
        so_far = sum(one.counted + one.held for one in verdicts)
        verdicts.append(_judge(clock, claim, at, room, so_far))
    clock.spans = within([one for one in clock.spans if one.end > clock.floor], SPANS_KEPT)
    return verdicts


def _start(claim: Claim) -> Span:
    return claim.span


def _judge(clock: Clock, claim: Claim, at: Circumstances, room: Room, so_far: int) -> Verdict:
    verdict = Verdict(claim)
    left = _left(clock, claim, at, verdict.reasons)
    seconds = measure(left)
    if not seconds:
        return verdict
    verdict.spans = left
    clock.spans = union([*clock.spans, *left])
    clock.name = claim.name or clock.name
    # Which of a claim's seconds were idle is not known: those that count were, as far as it goes.
    afk = min(claim.afk, seconds)
    active = seconds - afk
    days = _by_day(left, afk)
    if reason := _suspicious(clock, so_far + seconds, days, at) or (
        None if room.take(left) else Reason.CAPACITY
    ):
        verdict.reasons.append(reason)
        verdict.held_active, verdict.held_afk = active, afk
        return verdict
    verdict.active, verdict.afk = active, afk
    _note_days(clock, days)
    add(clock, at.server_id, active, afk, at.now)
    return verdict


def _left(clock: Clock, claim: Claim, at: Circumstances, reasons: list[Reason]) -> list[Span]:
    if claim.span.end > at.now:
        reasons.append(Reason.FUTURE)
    if claim.span.start < clock.floor:
        reasons.append(Reason.OLD)
    clipped = clip(claim.span, clock.floor, at.now)
    if clipped is None:
        return []
    if _was_absent(claim, at.rolls):
        reasons.append(Reason.ABSENT)
        return []
    online = subtract([clipped], at.offline)
    if measure(online) < clipped.seconds:
        reasons.append(Reason.OFFLINE)
    left = subtract(online, clock.spans)
    if measure(left) < measure(online):
        reasons.append(Reason.COUNTED)
    return left


def _was_absent(claim: Claim, rolls: Iterable[Roll]) -> bool:
    """Tell whether a claim spans a heartbeat that did not name its player."""
    return any(
        claim.span.start + _GRACE < roll.at < claim.span.end - _GRACE
        and not roll.named(claim.player)
        for roll in rolls
    )


def _by_day(left: Iterable[Span], afk: int) -> dict[int, int]:
    """Active seconds of each day; the first ones are taken to be the idle ones."""
    days: dict[int, int] = {}
    for hour, seconds in by_hour(left).items():
        idle = min(afk, seconds)
        afk -= idle
        day = hour * 3600 // DAY
        days[day] = days.get(day, 0) + seconds - idle
    return days


def _suspicious(
    clock: Clock, seconds: int, days: Mapping[int, int], at: Circumstances
) -> Reason | None:
    if at.hold:
        return at.hold
    if seconds > JUMP:
        return Reason.JUMP
    so_far = {clock.day: clock.day_active, clock.day - 1: clock.eve_active}
    if any(so_far.get(day, 0) + active > MARATHON for day, active in days.items()):
        return Reason.MARATHON
    return None


def _note_days(clock: Clock, days: Mapping[int, int]) -> None:
    for day, active in sorted(days.items()):
        if day > clock.day:
            clock.eve_active = clock.day_active if day == clock.day + 1 else 0
            clock.day, clock.day_active = day, 0
        if day == clock.day:
            clock.day_active += active
        elif day == clock.day - 1:
            clock.eve_active += active


def add(clock: Clock, server_id: str, active: int, afk: int, now: int) -> None:
    """Add seconds to what a player has on a server."""
    played = clock.servers.setdefault(server_id, Played())
    played.active += active
    played.afk += afk
    played.last = max(played.last, now)


def evict(clock: Clock, keep: str) -> dict[str, Played]:
    """Take those servers off a clock that are too many: the ones played longest ago."""
    others = sorted(
        (one for one in clock.servers if one != keep), key=lambda one: _last(clock, one)
    )
    surplus = others[: max(0, len(clock.servers) - SERVERS_KEPT)]
    clock.spilled += len(surplus)
    return {server_id: clock.servers.pop(server_id) for server_id in surplus}


def _last(clock: Clock, server_id: str) -> int:
    return clock.servers[server_id].last
