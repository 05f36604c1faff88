"""What rounds promise on every engine: one worker at a time, nothing twice, no contradiction."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from firstspawn.clients.gameservers import Edition, PingResult, Target
from firstspawn.clients.gameservers.icons import picture, vet_icon
from firstspawn.db import keys
from firstspawn.uptime.models import Address, RosterMember
from firstspawn.uptime.presence import PresenceService
from firstspawn.uptime.presence_repository import PresenceRepository
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.rounds import Report, RoundService
from tests.support.clock import FrozenClock
from tests.support.engines import MOTO, Engine
from tests.support.gameservers import favicon, png
from tests.support.uptime import (
    Asked,
    FakeIcons,
    FakePinger,
    checks,
    direct,
    enrol,
    fresh_roster,
    offline,
    online,
    rounds,
    samples,
    scheduled,
    status,
)

ICON = vet_icon(favicon(png())) or ""
pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def shard(clock: FrozenClock) -> int:
    """A roster of its own for the test, in the module's table."""
    return fresh_roster(clock)


def test_a_round_shows_counts_and_samples(clock: FrozenClock, shard: int) -> None:
    up, down = enrol(clock, 2)
    pinger = FakePinger(lambda slot: online(7) if slot == 0 else offline())

    report = rounds(clock, pinger).run(scheduled(clock, shard))

    assert report == Report(asked=2, answered=1, shown=2)
    shown = status(up, clock)
    assert (shown.isOnline, shown.playerCount, shown.uptime) == (True, 7, 100)
    assert shown.checkedAt == shown.lastOnlineAt == clock()
    assert not status(down, clock).isOnline
    assert status(down, clock).lastOnlineAt is None
    assert samples(shard) == [{0: (1, 7, 20, 0), 1: (0, 0, 0, 0)}]


def test_a_server_that_opens_within_a_year_is_not_awaited(clock: FrozenClock, shard: int) -> None:
    # Given servers that open soon, in two years, and did
    for days in (10, 700, -1):
        enrol(clock, launch_date=clock() + timedelta(days=days))
    worker = rounds(clock, FakePinger(lambda slot: offline()))

    # When none answers
    worker.run(scheduled(clock, shard))

    # Then the first one's check does not count
    book = RosterRepository().book(shard, clock())
    assert book is not None
    assert [book.slots[slot].checks for slot in range(3)] == [0, 1, 1]


def test_of_twenty_workers_that_race_for_a_roster_one_works(
    clock: FrozenClock, shard: int, engine: Engine
) -> None:
    if engine.name == MOTO.name:
        pytest.skip("moto checks a condition and writes in two steps that threads can interleave")
    # Given twenty workers that got the same message
    enrol(clock, 3)
    pinger, start, message = FakePinger(), Barrier(20), scheduled(clock, shard)
    worker = rounds(clock, pinger)

    def race(_: int) -> Report | None:
        start.wait()
        return worker.run(message)

    # When they start together
    with ThreadPoolExecutor(20) as pool:
        reports = list(pool.map(race, range(20)))

    # Then one has worked, and every server was asked once
    assert [report for report in reports if report] == [Report(asked=3, answered=3, shown=3)]
    assert len(pinger.asked) == 1
    assert checks(shard) == [1, 1, 1]


def test_a_repeated_message_counts_once(clock: FrozenClock, shard: int) -> None:
    enrol(clock)
    worker, message = rounds(clock, FakePinger()), scheduled(clock, shard)
    assert worker.run(message)

    clock.advance(minutes=2)

    assert worker.run(message) is None
    assert checks(shard) == [1]
    assert len(samples(shard)) == 1


def test_a_message_of_an_older_round_is_dropped(clock: FrozenClock, shard: int) -> None:
    enrol(clock)
    worker, old = rounds(clock, FakePinger()), scheduled(clock, shard)
    clock.advance(minutes=5)
    assert worker.run(scheduled(clock, shard))

    clock.advance(minutes=5)

    assert worker.run(old) is None


def test_the_next_round_follows_in_five_minutes(clock: FrozenClock, shard: int) -> None:
    enrol(clock)
    worker = rounds(clock, FakePinger())
    for _ in range(3):
        assert worker.run(scheduled(clock, shard))
        clock.advance(minutes=5)

    assert checks(shard) == [3]


def test_a_direct_message_asks_the_new_server_alone(clock: FrozenClock, shard: int) -> None:
    enrol(clock, 2)
    pinger = FakePinger()
    worker = rounds(clock, pinger)
    worker.run(scheduled(clock, shard))
    enrol(clock)
    clock.advance(minutes=1)

    report = worker.run(direct(shard))

    assert report == Report(asked=1, answered=1, shown=1)
    assert [target.host for target in pinger.asked[-1]] == ["s2.example.org"]
    assert worker.run(direct(shard)) == Report(asked=0, answered=0, shown=0)


def test_a_direct_round_does_not_stand_for_the_scheduled_one(
    clock: FrozenClock, shard: int
) -> None:
    enrol(clock)
    worker = rounds(clock, FakePinger())
    worker.run(scheduled(clock, shard))
    clock.advance(minutes=5)
    enrol(clock)
    worker.run(direct(shard))

    assert worker.run(scheduled(clock, shard)) == Report(asked=0, answered=0, shown=0)


def test_a_server_that_moved_is_asked_at_once(clock: FrozenClock, shard: int) -> None:
    (server,) = enrol(clock)
    pinger = FakePinger()
    worker = rounds(clock, pinger)
    worker.run(scheduled(clock, shard))
    member = RosterMember.find(keys.roster_member(shard, server), clock())
    assert member is not None
    member.update([RosterMember.ipAddress.set("new.example.org")])

    worker.run(direct(shard))
    worker.run(direct(shard))

    assert [target.host for asked in pinger.asked for target in asked] == [
        "s0.example.org",
        "new.example.org",
    ]


def test_a_hytale_server_that_is_there_keeps_the_players_others_tell(
    clock: FrozenClock, shard: int
) -> None:
    # Given a server of which somebody else told the players
    (server,) = enrol(clock, edition="HYTALE", query_port=5523)
    PresenceService(PresenceRepository()).show(server, 42, 100, clock())
    pinger = FakePinger(lambda slot: PingResult(online=True, latency_ms=9, alive_only=True))
    # When it only says that it is there
    clock.advance(seconds=1)
    report = rounds(clock, pinger).run(scheduled(clock, shard))
    # Then
    assert report == Report(asked=1, answered=1, shown=1)
    assert pinger.asked == [[Target("s0.example.org", None, Edition.HYTALE, 5523)]]
    shown = status(server, clock)
    assert (shown.isOnline, shown.players(), shown.latency) == (True, (42, 100), 9)


def test_a_server_only_its_plugin_knows_is_absent_when_the_plugin_is(
    clock: FrozenClock, shard: int
) -> None:
    # Given a Hytale server that no check gets through to
    (server,) = enrol(clock, edition="HYTALE")
    plugins = PresenceService(PresenceRepository())
    worker = rounds(clock, FakePinger(lambda slot: offline()))

    def live(days: int) -> list[int]:
        stages = []
        for _ in range(days * 4):
            clock.advance(hours=6)
            worker.run(scheduled(clock, shard))
            stages.append(int(status(server, clock).absenceStage or 0))
        return stages

    worker.run(scheduled(clock, shard))
    plugins.show(server, 12, 100, clock.advance(minutes=1))
    # When its plugin is alive for weeks, then our rounds leave it alone
    assert set(live(20)) == {0}
    shown = status(server, clock)
    assert (shown.isOnline, shown.players()) == (True, (12, 100))
    assert shown.isUnlisted is None
    # When the plugin falls silent, then its absence begins now, and not when we last asked in vain
    plugins.show(server, None, 0, clock.advance(minutes=1))
    assert set(live(6)) == {0}
    assert sorted(set(live(22))) == [0, 1, 2, 3]
    shown = status(server, clock)
    assert (shown.isOnline, shown.isUnlisted) == (False, True)
    # When it is back, then all of it is undone
    plugins.show(server, 3, 100, clock.advance(minutes=1))
    shown = status(server, clock)
    assert shown.isOnline
    assert {shown.absenceStage, shown.isUnlisted, shown.unreachableSince} == {None}
    # When it falls silent once more, then it is warned about and unlisted once more
    plugins.show(server, None, 0, clock.advance(minutes=1))
    assert sorted(set(live(22))) == [0, 1, 2, 3]
    assert status(server, clock).isUnlisted


def test_an_unlisted_server_is_said_to_be_so_once_a_day(clock: FrozenClock, shard: int) -> None:
    # Given one that has been away for long
    enrol(clock)
    worker = rounds(clock, FakePinger(lambda slot: offline()))
    for _ in range(16):
        worker.run(scheduled(clock, shard))
        clock.advance(days=1)

    # When two more days pass, hour by hour
    shown = 0
    for _ in range(48):
        clock.advance(hours=1)
        report = worker.run(scheduled(clock, shard))
        shown += report.shown if report else 0

    assert shown == 2


def test_either_edition_makes_a_server_online(clock: FrozenClock, shard: int) -> None:
    (server,) = enrol(clock, bedrock=None)
    member = RosterMember.find(keys.roster_member(shard, server), clock())
    assert member is not None
    member.update([RosterMember.bedrockAddress.set("bedrock.example.org")])

    class BedrockOnly(FakePinger):
        def ping_all(
            self, targets: Mapping[Asked, Target], deadline: float
        ) -> Mapping[Asked, PingResult]:
            return {key: online(3) if key[1] == "BEDROCK" else offline() for key in targets}

    report = rounds(clock, BedrockOnly()).run(scheduled(clock, shard))

    assert report == Report(asked=1, answered=1, shown=1)
    assert status(server, clock).playerCount == 3


def test_a_lost_ping_does_not_show_a_servers_other_edition(clock: FrozenClock, shard: int) -> None:
    # Given a Java server that Bedrock's players reach as well
    (server,) = enrol(clock, bedrock=Address("bedrock.example.org", None))
    java = {"now": online(motd="Java", icon_text=ICON)}

    class Both(FakePinger):
        def ping_all(
            self, targets: Mapping[Asked, Target], deadline: float
        ) -> Mapping[Asked, PingResult]:
            return {key: java["now"] if key[1] == "JAVA" else online(motd="B") for key in targets}

    worker = rounds(clock, Both())
    worker.run(scheduled(clock, shard))
    # When an hour later one of its pings is lost
    java["now"] = offline()
    clock.advance(hours=1)
    worker.run(scheduled(clock, shard))
    # Then it is online, as itself
    shown = status(server, clock)
    assert (shown.isOnline, shown.motd, bool(shown.iconUrl)) == (True, "Java", True)


def test_a_round_shows_which_address_players_clients_refuse(clock: FrozenClock, shard: int) -> None:
    # Given a list that has the first of two servers
    listed, other = enrol(clock, 2)
    hosts = {"s0.example.org"}
    worker = RoundService(
        RosterRepository(), FakePinger(), FakeIcons(), clock, lambda host: host in hosts
    )

    def blocked() -> list[bool | None]:
        return [status(server, clock).isEulaBlocked for server in (listed, other)]

    # When rounds pass, and it is taken off the list
    worker.run(scheduled(clock, shard))
    at_first = blocked()
    hosts.clear()
    clock.advance(minutes=5)
    worker.run(scheduled(clock, shard))

    # Then people are shown so, and its end
    assert at_first == [True, None]
    assert blocked() == [None, None]


def test_places_are_drawn_once(clock: FrozenClock, engine: Engine) -> None:
    if engine.name == MOTO.name:
        pytest.skip("moto adds to a number in two steps that threads can interleave")
    rosters = RosterRepository()

    with ThreadPoolExecutor(8) as pool:
        places = list(pool.map(lambda _: rosters.draw(clock()), range(120)))

    assert len(set(places)) == 120
    assert max(place.slot for place in places) == 99


def test_an_icon_is_kept_and_shown_or_tried_again_later(clock: FrozenClock, shard: int) -> None:
    # Given a server with an icon, and nowhere to keep it
    (server,) = enrol(clock)
    icons = FakeIcons()
    icons.is_down = True
    worker = rounds(clock, FakePinger(lambda slot: online(icon_text=ICON)), icons=icons)
    worker.run(scheduled(clock, shard))
    assert status(server, clock).isOnline
    assert not status(server, clock).iconUrl
    # When it can be kept again
    icons.is_down = False
    for _ in range(8):
        clock.advance(minutes=5)
        worker.run(scheduled(clock, shard))
    # Then it was kept once
    assert icons.kept == [picture(ICON)]
    assert status(server, clock).iconUrl == "https://media.example/icons/1.png"
