"""What a round shows of a server whose plugin is alive, on every engine, and what that costs."""

from datetime import datetime

from firstspawn.clients.gameservers import PingResult
from firstspawn.uptime.presence import PresenceService
from firstspawn.uptime.presence_repository import PresenceRepository, Word
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.state import SOURCE_PLUGIN
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.uptime import FakePinger, enrol, fresh_roster, online, rounds, scheduled, status

ROUND = ["UpdateItem", "Query", "PutItem", "PutItem", "UpdateItem"]
SILENT = PingResult(online=True, latency_ms=9, alive_only=True)


def test_rounds_and_a_living_plugin_do_not_take_turns(engine: Engine, clock: FrozenClock) -> None:
    # Given a Hytale server whose query tells us how many play
    shard = fresh_roster(clock)
    (server,) = enrol(clock, edition="HYTALE", query_port=5523)
    told = {0: online(40)}
    worker = rounds(clock, FakePinger(told.__getitem__))
    plugins, shown = PresenceService(PresenceRepository()), []

    def check() -> list[str]:
        clock.advance(minutes=5)
        with count_calls() as costs:
            worker.run(scheduled(clock, shard))
        shown.append(status(server, clock).players())
        return costs.operations

    check()
    assert shown == [(40, 100)]
    # When its plugin speaks, its query tells another number and then falls silent
    plugins.show(server, 90, 200, clock.advance(minutes=1))
    told[0] = online(60)
    check()
    told[0] = SILENT
    for _ in range(4):
        check()
        plugins.show(server, 91, 200, clock.advance(minutes=1))
    # Then all of them see what the plugin tells, and an unchanged check makes no call more
    assert shown == [(40, 100), *[(90, 200)] * 5]
    assert check() == ROUND
    # When the plugin ends, then nobody knows how many play
    plugins.show(server, None, 0, clock.advance(minutes=1))
    assert status(server, clock).players() == (0, 100)


def test_what_a_heartbeat_costs_to_show(engine: Engine, clock: FrozenClock) -> None:
    (server,) = enrol(clock, edition="HYTALE")
    plugins = PresenceService(PresenceRepository())
    for players, operations in ((40, ["GetItem", "UpdateItem"]), (41, ["GetItem"])):
        with count_calls() as costs:
            plugins.show(server, players, 100, clock.advance(minutes=5))
        assert_cost(costs, calls=len(operations), operations=operations)


def test_a_plugin_that_ends_as_the_first_answer_comes_is_not_shown_for_ever(
    engine: Engine, clock: FrozenClock
) -> None:
    # Given a server that only its plugin knows, until this moment
    shard = fresh_roster(clock)
    (server,) = enrol(clock, edition="HYTALE")
    PresenceService(PresenceRepository()).show(server, 40, 100, clock.advance(minutes=1))
    assert status(server, clock).players() == (40, 100)

    class Interrupted(PresenceRepository):
        def find(self, server_id: str, now: datetime, *, consistent: bool = False) -> Word | None:
            found = super().find(server_id, now, consistent=consistent)
            if not consistent:
                rounds(clock, FakePinger(lambda slot: SILENT)).run(scheduled(clock, shard))
            return found

    # When its plugin's end is told while a round gets its first answer
    PresenceService(Interrupted()).show(server, None, 0, clock.advance(minutes=5))

    # Then it is online, as our check found, and nobody tells of players
    shown = status(server, clock)
    assert (shown.isOnline, shown.players()) == (True, (0, 100))


def test_what_an_older_version_let_plugins_write_goes_with_them(
    engine: Engine, clock: FrozenClock
) -> None:
    # Given a plugin's numbers where our checks' are now
    (server,) = enrol(clock, edition="HYTALE")
    old = {"isOnline": True, "playerCount": 30, "maxPlayers": 50, "source": SOURCE_PLUGIN}
    RosterRepository().publish({server: old}, clock())
    plugins = PresenceService(PresenceRepository())

    # When the plugin speaks, and ends
    plugins.show(server, 4, 100, clock.advance(minutes=5))
    plugins.show(server, None, 0, clock.advance(minutes=5))

    # Then nobody plays there
    assert status(server, clock).players() == (0, 100)
