"""Rosters with servers in them, and game servers that answer what a test says."""

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from typing import Any

from firstspawn.clients.gameservers import Edition, Failure, PingResult, Target
from firstspawn.clients.gameservers.icons import vet_icon
from firstspawn.db import keys
from firstspawn.kit.clock import Clock, epoch
from firstspawn.kit.ids import ulid
from firstspawn.uptime.models import (
    Address,
    RosterCounter,
    RosterSamples,
    ServerStatus,
    enrolment,
)
from firstspawn.uptime.packing import unpack
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.rounds import RoundService
from firstspawn.uptime.rules import WINDOW
from firstspawn.uptime.schemas import RosterMessage
from firstspawn.uptime.state import RosterBook, Slot
from tests.support.gameservers import favicon, png

Asked = tuple[int, Edition]


def online(players: int | None = 10, latency: int = 20, **other: Any) -> PingResult:
    """A server's answer."""
    values = {"max_players": 100, "version": "1.21.4", "motd": "Welcome", **other}
    return PingResult(online=True, latency_ms=latency, players=players, **values)


def look(slot: int) -> dict[str, Any]:
    """What a server says of itself beside numbers: no two look alike."""
    icon = vet_icon(favicon(png(padding=3 * slot)))
    return {"motd": f"Welcome to server {slot}", "max_players": 20 + slot, "icon_text": icon}


def offline(failure: Failure = Failure.TIMEOUT) -> PingResult:
    """No answer."""
    return PingResult.failed(failure)


class FakePinger:
    """Answers for every server with `answer(slot)`; `asked` lists who was asked, round by round."""

    def __init__(self, answer: Callable[[int], PingResult] = lambda slot: online()) -> None:
        self.answer = answer
        self.asked: list[list[Target]] = []

    def ping_all(
        self, targets: Mapping[Asked, Target], deadline: float
    ) -> Mapping[Asked, PingResult]:
        """As `Pinger.ping_all`."""
        self.asked.append(list(targets.values()))
        return {key: self.answer(key[0]) for key in targets}


class FakeIcons:
    """Keeps icons; while `is_down` it does not."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.is_down = False

    def save(self, png: bytes) -> str | None:
        """As `IconStore.save`."""
        if self.is_down:
            return None
        self.kept.append(png)
        return f"https://media.example/icons/{len(self.kept)}.png"


def server_id(number: int) -> str:
    """An id that looks like one."""
    return ulid(1_790_000_000_000 + number, bytes(10))


def enrol(clock: Clock, count: int = 1, edition: str = "JAVA", **options: Any) -> list[str]:
    """Create servers' parts in uptime: place, member, status. Returns their ids."""
    rosters, ids = RosterRepository(), []
    for _ in range(count):
        place = rosters.draw(clock())
        ids.append(server_id(place.shard * 100 + place.slot))
        address = Address(f"s{place.slot}.example.org", None)
        for item in enrolment(ids[-1], place, edition, address, clock(), **options):
            item.save()
    return ids


def fresh_roster(clock: Clock) -> int:
    """Count all rosters so far as full: the next server enrolled opens the one returned."""
    shard = RosterRepository().shards(clock())
    counter = RosterCounter.at(keys.roster_counter())
    counter.update([RosterCounter.n.set(shard * 100), RosterCounter.type.set(RosterCounter)])
    return shard


def scheduled(clock: Clock, shard: int = 0) -> RosterMessage:
    """The message of one roster's round in this minute."""
    return RosterMessage(
        first=shard, end=shard + 1, step=5, direct=False, minute=epoch(clock()) // 60
    )


def direct(shard: int = 0) -> RosterMessage:
    """The message of a new server."""
    return RosterMessage(first=shard, end=shard + 1, step=1, direct=True)


def steady_answers(seed: int = 1) -> Callable[[int], PingResult]:
    """Servers of all sizes whose answers vary, but never by as much as people are shown."""
    random = Random(seed)
    sizes = [int(random.paretovariate(0.9) * 6) % 900 for _ in range(100)]

    def answer(slot: int) -> PingResult:
        players = sizes[slot] + random.randint(0, 2) if sizes[slot] else 0
        return online(players, random.randint(4, 180), **look(slot))

    return answer


def rounds(
    clock: Clock,
    pinger: FakePinger,
    repository: RosterRepository | None = None,
    icons: FakeIcons | None = None,
) -> RoundService:
    """A worker."""
    return RoundService(repository or RosterRepository(), pinger, icons or FakeIcons(), clock)


def status(server: str, clock: Clock) -> ServerStatus:
    """What people see."""
    found = ServerStatus.find(keys.server_status(server), clock(), consistent=True)
    assert found is not None
    return found


def give_past(shard: int, now: datetime, size: int, seed: int = 1) -> None:
    """Let a new roster's servers have been checked for weeks, and their last day not be written."""
    random, hour = Random(seed), epoch(now) // 3600
    book = RosterBook(hour=hour, rolled=hour // 24 - 2)
    for slot in range(size):
        checks = random.randrange(WINDOW // 2, WINDOW)
        answered = checks - random.randrange(200)
        book.slots[slot] = Slot(due=epoch(now) // 60, checks=checks, answered=answered)
    assert RosterRepository().save(shard, book.packed(), 0)


def away_since(shard: int, moment: datetime) -> None:
    """Let a roster remember that none of its servers has answered since a moment."""
    rosters = RosterRepository()
    roster = rosters.read(shard)
    assert roster.book is not None
    for slot in roster.book.slots.values():
        slot.down = epoch(moment) // 60
    assert rosters.save(shard, roster.book.packed(), roster.version)


def checks(shard: int) -> list[int]:
    """How often each server of a roster was checked."""
    book = RosterRepository().read(shard).book
    return [slot.checks for slot in book.slots.values()] if book else []


def samples(shard: int) -> list[dict[int, tuple[int, ...]]]:
    """The raw results of a roster's rounds."""
    prefix = keys.roster_samples(shard, "")
    found = RosterSamples.query(prefix.pk, RosterSamples.SK.startswith(prefix.sk))
    return [unpack(item.packed)[0] for item in found]
