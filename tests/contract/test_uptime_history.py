"""What checks leave behind, on every engine: hours, days, and the graphs made of them."""

from datetime import UTC, datetime, timedelta

import pytest

from firstspawn.clients.gameservers import PingResult
from firstspawn.db import keys
from firstspawn.db.item import Item
from firstspawn.uptime.errors import RosterBusy
from firstspawn.uptime.models import RosterCounter, RosterHours, RosterSamples, UptimeDay
from firstspawn.uptime.packing import pack
from firstspawn.uptime.replay import ReplayService
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.rounds import RoundService
from firstspawn.uptime.schemas import Range
from firstspawn.uptime.service import UptimeService
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.uptime import FakeIcons, FakePinger, enrol, offline, online, scheduled

SHARD = 0  # its days are written at midnight


@pytest.fixture
def clock() -> FrozenClock:
    """A quarter to midnight."""
    return FrozenClock(datetime(2026, 11, 22, 23, 45, tzinfo=UTC))


@pytest.fixture(autouse=True)
def roster(clock: FrozenClock, engine: Engine) -> None:
    """The first roster, empty again."""
    for key in (keys.roster_state(SHARD), keys.roster_hours(SHARD, "")):
        for item in Item.query(key.pk):
            item.delete()
    RosterCounter.at(keys.roster_counter(), n=0).save()


def play(clock: FrozenClock, rounds: int, pinger: FakePinger | None = None) -> None:
    worker = RoundService(RosterRepository(), pinger or FakePinger(), FakeIcons(), clock)
    for _ in range(rounds):
        assert worker.run(scheduled(clock, SHARD))
        clock.advance(minutes=5)


def test_hours_and_days_are_written_when_they_are_over(clock: FrozenClock) -> None:
    (server,) = enrol(clock)

    play(clock, 4)  # 23:45, 23:50, 23:55, 00:00

    repository = RosterRepository()
    last = int(datetime(2026, 11, 22, 23, tzinfo=UTC).timestamp()) // 3600
    assert list(repository.hours(SHARD, last - 24, last + 24, consistent=True)) == [last]
    assert list(repository.days(server, last // 24 - 1, last // 24 + 1)) == [last // 24]


def test_what_is_kept_for_a_while_says_until_when(clock: FrozenClock) -> None:
    (server,) = enrol(clock)
    play(clock, 4)

    def days_kept(item: RosterHours | RosterSamples, since: datetime) -> float:
        return (float(item.expiresAt or 0) - since.timestamp()) / 86_400

    log = keys.roster_hours(SHARD, "").pk
    (hour,) = RosterHours.query(log, RosterHours.SK.startswith("HOURS#"))
    samples = list(RosterSamples.query(log, RosterSamples.SK.startswith("SAMPLES#2026-11-23")))
    assert days_kept(hour, datetime(2026, 11, 22, 23, tzinfo=UTC)) == 90
    assert days_kept(samples[0], datetime(2026, 11, 23, tzinfo=UTC)) == 2
    day = UptimeDay.find(keys.uptime_day(server, "2026-11-22"), clock(), consistent=True)
    assert day is not None
    assert day.expiresAt is None


@pytest.mark.parametrize(
    ("span", "points"), [(span, 2) for span in Range if span is not Range.HOURS]
)
def test_graphs_join_what_is_written_and_the_running_hour(
    clock: FrozenClock, span: Range, points: int
) -> None:
    (server,) = enrol(clock)
    up = FakePinger(lambda slot: online(10, 30))
    play(clock, 3, up)
    play(clock, 1, FakePinger(lambda slot: offline()))
    play(clock, 1, FakePinger(lambda slot: online(30, 50)))

    graph = UptimeService(RosterRepository(), clock).graph(server, span)

    assert graph.uptime == 80
    assert len(graph.points) == points
    before, after = graph.points
    assert (before.checks, before.uptime, before.players, before.latency) == (3, 100, 10, 30)
    assert (after.checks, after.uptime, after.players, after.latency) == (2, 50, 30, 50)
    assert after.at == datetime(2026, 11, 23, tzinfo=UTC)


def test_the_last_hours_are_shown_check_by_check(clock: FrozenClock) -> None:
    # Given a server that was away for one check, among others
    server, _ = enrol(clock, 2)
    play(clock, 2, FakePinger(lambda slot: online(10 + slot, 30)))
    play(clock, 1, FakePinger(lambda slot: offline()))

    graph = UptimeService(RosterRepository(), clock).graph(server, Range.HOURS)

    assert (graph.resolution, graph.uptime) == ("check", 66.67)
    assert [(point.uptime, point.players, point.latency) for point in graph.points] == [
        (100, 10, 30), (100, 10, 30), (0, None, None),
    ]  # fmt: skip
    assert graph.points[0].at == datetime(2026, 11, 22, 23, 45, tzinfo=UTC)
    clock.advance(hours=7)
    assert UptimeService(RosterRepository(), clock).graph(server, Range.HOURS).points == []


@pytest.mark.parametrize("span", Range)
def test_a_server_that_tells_no_players_has_none_in_graphs(clock: FrozenClock, span: Range) -> None:
    # Given a server that only says that it is there, until its query tells 9 and then 30 players
    (server,) = enrol(clock, edition="HYTALE")
    alive = PingResult(online=True, latency_ms=9, alive_only=True)
    play(clock, 4, FakePinger(lambda slot: alive))
    service = UptimeService(RosterRepository(), clock)
    untold = service.graph(server, span).points
    play(clock, 1, FakePinger(lambda slot: online(9)))
    play(clock, 1, FakePinger(lambda slot: online(30)))

    # When somebody looks
    points = service.graph(server, span).points

    # Then nobody claims that nobody plays, and averages are of those answers that told
    assert {(point.players, point.peakPlayers) for point in untold} == {(None, None)}
    assert {point.uptime for point in points} == {100}
    assert points[0].players is None
    each = (30, 30) if span is Range.HOURS else (19.5, 30)
    assert (points[-1].players, points[-1].peakPlayers) == each


def test_samples_from_before_the_newest_column_are_shown(clock: FrozenClock) -> None:
    (server,) = enrol(clock)
    RosterRepository().save_samples(SHARD, pack({0: (1, 12, 30)}), clock())

    (point,) = UptimeService(RosterRepository(), clock).graph(server, Range.HOURS).points

    assert (point.players, point.peakPlayers, point.latency) == (12, 12, 30)


def test_reads_stay_within_their_budget(clock: FrozenClock, engine: Engine) -> None:
    # Given a roster (a full one where units are told) with a past of two days
    server, *_ = enrol(clock, 100 if "Query" in engine.true_units else 2)
    replay = ReplayService(RosterRepository(), clock)
    replay.import_history(clock() - timedelta(days=2), steady)
    service = UptimeService(RosterRepository(), clock)

    # When somebody looks
    with count_calls() as status:
        service.status(server)
    with count_calls() as day:
        service.graph(server, Range.DAY)
    with count_calls() as checks:
        service.graph(server, Range.HOURS)
    with count_calls() as year:
        service.graph(server, Range.YEAR)
    with count_calls() as month:
        service.graph(server, Range.MONTH)

    play(clock, 4, FakePinger(lambda slot: offline()))
    with count_calls() as away:
        service.status(server)

    # Then it costs
    assert_cost(status, calls=1, operations=["GetItem"], read_units=0.5)
    assert_cost(away, calls=2, operations=["GetItem", "GetItem"], read_units=1)
    assert_cost(day, calls=3, read_units=5)
    assert_cost(month, calls=4, read_units=9)
    assert_cost(checks, calls=2, operations=["GetItem", "Query"], read_units=14)
    assert_cost(year, calls=4, read_units=23)


def steady(server_id: str, moment: datetime) -> PingResult:
    """Varied, but repeatable: players by the hour, nobody home at four."""
    seed = sum(server_id.encode()) + moment.hour * 7 + moment.minute
    return offline() if moment.hour == 4 else online(seed % 90, seed % 170)


def test_an_imported_past_shows_in_status_and_graphs(clock: FrozenClock) -> None:
    servers = enrol(clock, 3)
    replay = ReplayService(RosterRepository(), clock)

    assert replay.import_history(clock() - timedelta(days=2), steady) == 3

    service = UptimeService(RosterRepository(), clock)
    status, _ = service.status(servers[1])
    assert status.isOnline
    assert status.checkedAt == clock()
    assert status.uptime == pytest.approx(100 * 23 / 24, abs=0.5)
    day, week = (service.graph(servers[1], span) for span in (Range.DAY, Range.WEEK))
    assert len(day.points) == 24
    assert len(week.points) == 49
    assert {point.at.hour for point in week.points if point.uptime == 0} == {4}


def test_an_imported_past_goes_on_with_the_next_round(clock: FrozenClock) -> None:
    enrol(clock)
    ReplayService(RosterRepository(), clock).import_history(clock() - timedelta(hours=1), steady)
    clock.advance(minutes=5)

    play(clock, 1)

    book = RosterRepository().read(SHARD).book
    assert book is not None
    assert book.slots[0].checks == 14


def test_an_import_waits_for_a_round_under_way(clock: FrozenClock) -> None:
    enrol(clock)
    RosterRepository().take(SHARD, clock(), clock() + timedelta(seconds=30), None)

    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        clock.advance(seconds=seconds)

    ReplayService(RosterRepository(), clock, pause).import_history(clock(), steady)

    assert 30 <= sum(waited) <= 32


def test_an_import_gives_up_on_a_roster_that_stays_held(clock: FrozenClock) -> None:
    enrol(clock)
    RosterRepository().take(SHARD, clock(), clock() + timedelta(hours=1), None)

    with pytest.raises(RosterBusy):
        ReplayService(RosterRepository(), clock, lambda _: None).import_history(clock(), steady)
