"""Playtime on real engines: a second is given once, whoever claims it at the same moment."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest

from firstspawn.db import keys
from firstspawn.playtime import accounting
from firstspawn.playtime.models import PlayerClock
from firstspawn.playtime.repository import clock_of
from firstspawn.playtime.schemas import PlaytimeReport, SyncResult
from firstspawn.plugins.errors import Revoked
from firstspawn.plugins.schemas import PluginStatus
from firstspawn.servers.models import ServerStats
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.engines import Engine
from tests.support.playtime import Plugin, everybody, fake_shelf, interval, player, report
from tests.support.plugins import Plugins
from tests.support.races import kinds, need_real_races, race
from tests.support.servers import Owners
from tests.support.stacks import stack_on


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    _ = built.playtime, built.server_registration, built.plugins, built.plugin_installation
    fake_shelf(built)
    return built


@pytest.fixture
def owners(stack: Container) -> Owners:
    return Owners(stack)


def stats(stack: Container, server_id: str) -> ServerStats:
    found = ServerStats.find(keys.server_stats(server_id), stack.clock(), consistent=True)
    assert found is not None
    return found


def seconds_of(stack: Container, who: str) -> dict[str, int]:
    """What a player has, by server, as the table has it."""
    found = PlayerClock.find(keys.player_clock("MINECRAFT", who), stack.clock(), consistent=True)
    servers = clock_of(found).servers if found else {}
    return {server: played.active + played.afk for server, played in servers.items()}


def settled(stack: Container, plugin: Plugin, sent: PlaytimeReport) -> SyncResult:
    """Send a report until it is taken, as clients do."""
    for _ in range(20):
        try:
            return stack.playtime.sync(plugin, sent)
        except Exception as error:
            if getattr(error, "code", "") != "write_contention":
                raise
    raise AssertionError("never taken")


def test_of_8_servers_that_claim_a_players_same_hour_together_they_get_one(
    engine: Engine, stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    need_real_races(engine)
    # Given
    hour = report(interval(10, clock() - timedelta(hours=1), clock()))
    plugins = [Plugin(owners.server()[1].id) for _ in range(8)]
    # When
    outcomes = race([partial(settled, stack, plugin, hour) for plugin in plugins])
    # Then
    assert kinds(outcomes) == {"SyncResult": 8}
    counted = seconds_of(stack, hour.players[0].uuid)
    assert sum(counted.values()) == 3600
    assert sum(one.activeSeconds for one in outcomes if isinstance(one, SyncResult)) == 3600


def test_servers_whose_hours_overlap_get_every_second_once(
    engine: Engine, stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    need_real_races(engine)
    # Given six servers whose half hours begin ten minutes apart
    who, plugins = player(77), [Plugin(owners.server()[1].id) for _ in range(6)]
    starts = [clock() - timedelta(minutes=30 + 10 * number) for number in range(6)]
    sent = [report(interval(who, one, one + timedelta(minutes=30))) for one in starts]
    # When each of them tells of it twice
    pairs = list(zip(plugins, sent, strict=True)) * 2
    race([partial(settled, stack, plugin, one) for plugin, one in pairs])
    # Then they cover 80 minutes
    assert sum(seconds_of(stack, who).values()) == 80 * 60


def test_the_same_body_six_times_at_once_counts_once(
    engine: Engine, stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    need_real_races(engine)
    # Given more players than one transaction takes
    plugin, players = Plugin(owners.server()[1].id), range(5000, 5120)
    sent = everybody(players, clock())
    # When
    race([partial(settled, stack, plugin, sent)] * 6)
    # Then players, and the server's counters, have it once
    for number in (5000, 5098, 5119):
        (seconds,) = seconds_of(stack, player(number)).values()
        assert seconds == 300 - number % 7
    assert stats(stack, plugin.serverId).verifiedPlayers == 120
    assert stats(stack, plugin.serverId).totalPlaytimeMinutes == sum(
        (300 - number % 7) // 60 for number in players
    )


def test_no_more_players_than_a_server_has_room_for_whoever_is_first(
    engine: Engine, stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    need_real_races(engine)
    # Given a server for two players, and four pairs that were there the whole hour
    stack.playtime._evidence = _Room(stack.playtime._evidence)  # type: ignore[assignment]
    plugin = Plugin(owners.server()[1].id)
    hour = clock().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    stack.playtime.sync(plugin, report(interval(8999, hour - timedelta(minutes=5), hour)))
    pairs = [
        report(*(interval(9000 + 2 * n + m, hour, hour + timedelta(hours=1)) for m in range(2)))
        for n in range(4)
    ]
    # When
    outcomes = race([partial(settled, stack, plugin, pair) for pair in pairs])
    # Then two players' hour counts, the others' is held
    results = [one for one in outcomes if isinstance(one, SyncResult)]
    assert sum(one.activeSeconds for one in results) == 2 * 3600
    assert sum(one.heldSeconds for one in results) == 6 * 3600
    assert stats(stack, plugin.serverId).verifiedPlayers == 3


class _Room:
    """Evidence of a server with two places."""

    def __init__(self, real: object) -> None:
        self._real = real

    def gather(self, *arguments: object) -> object:
        from dataclasses import replace

        found = self._real.gather(*arguments)  # type: ignore[attr-defined]
        return replace(found, known=replace(found.known, max_players=2))

    def samples(self, *arguments: object) -> object:
        return self._real.samples(*arguments)  # type: ignore[attr-defined]


def test_a_server_that_was_taken_off_a_full_clock_goes_on_where_it_was(
    stack: Container, owners: Owners, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a clock that holds two servers, and a player of three
    monkeypatch.setattr(accounting, "SERVERS_KEPT", 2)
    who, ids = player(4711), [owners.server()[1].id for _ in range(3)]
    for number, server_id in enumerate(ids):
        start = clock() - timedelta(minutes=100 - 5 * number)
        sent = report(interval(who, start, start + timedelta(minutes=4)))
        stack.playtime.sync(Plugin(server_id), sent)
        clock.advance(seconds=1)
    assert ids[0] not in seconds_of(stack, who)
    # When the first one, which the clock has no more, reports again
    again = report(interval(who, clock() - timedelta(minutes=2), clock()))
    stack.playtime.sync(Plugin(ids[0]), again)
    # Then nothing is lost, and its player is counted once
    assert seconds_of(stack, who)[ids[0]] == 6 * 60
    assert len(seconds_of(stack, who)) == 2
    assert stats(stack, ids[0]).verifiedPlayers == 1


def test_what_came_through_an_instance_is_kept_however_its_end_meets_reports(
    engine: Engine, stack: Container, clock: FrozenClock
) -> None:
    need_real_races(engine)
    # Given an instance that has counted something, and reports on their way when it ends
    plugins = Plugins(stack)
    one = plugins.active()
    plugin = Plugin(one.server.id, one.pluginId)
    stack.playtime.sync(plugin, everybody(range(6000, 6003), clock()))
    sent = [everybody(range(6100 + n, 6101 + n), clock()) for n in range(8)]
    steps: list[Callable[[], object]] = [partial(_settled, stack, plugin, each) for each in sent]
    steps.append(partial(stack.plugins.revoke, one.owner, one.server.id, one.pluginId))
    # When
    race(steps)
    stack.plugins.move(one.server.id, one.pluginId, PluginStatus.REVOKED)
    # Then nothing of the server's total is lost
    (view,) = stack.plugins.list(one.owner, one.server.id).items
    assert view.status is PluginStatus.REVOKED
    assert view.totalPlaytime == stats(stack, one.server.id).totalPlaytimeMinutes > 0


def _settled(stack: Container, plugin: Plugin, sent: PlaytimeReport) -> None:
    with suppress(Revoked):
        settled(stack, plugin, sent)
