"""What we know ourselves decides what counts: pings, places, suspicion; moderators the rest."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from firstspawn.audit.schemas import Actor
from firstspawn.clients.gameservers import PingResult
from firstspawn.db import keys
from firstspawn.kit.clock import epoch
from firstspawn.kit.dto import Page
from firstspawn.moderation.errors import Outranked
from firstspawn.playtime.accounting import Claim, Verdict
from firstspawn.playtime.errors import AlreadyDecided
from firstspawn.playtime.models import PlayerClock
from firstspawn.playtime.repository import clock_of
from firstspawn.playtime.schemas import AnomalyState, Decision, VerdictQuery
from firstspawn.playtime.spans import Span
from firstspawn.playtime.suspicion import HALF_LIFE, faded
from firstspawn.servers.models import ServerStats
from firstspawn.uptime.models import Place
from firstspawn.uptime.presence import PresenceService
from firstspawn.uptime.presence_repository import PresenceRepository
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.rounds import RoundService
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.playtime import (
    FakeShelf,
    Plugin,
    everybody,
    fake_shelf,
    interval,
    player,
    report,
)
from tests.support.races import kinds, need_real_races, race
from tests.support.servers import Owners
from tests.support.uptime import FakeIcons, FakePinger, fresh_roster, offline, online, scheduled

ACTOR = Actor("moderator-1", Role.MODERATOR, "request-1")
RELEASE = Decision(release=True, note="they were there")


@pytest.fixture
def clock() -> FrozenClock:
    """Twenty past: an hour of checks lies behind, and one has begun."""
    return FrozenClock(datetime(2026, 11, 22, 12, 20, tzinfo=UTC))


@pytest.fixture
def shelf(stack: Container) -> FakeShelf:
    return fake_shelf(stack)


@pytest.fixture
def plugin(owners: Owners, shelf: FakeShelf, clock: FrozenClock) -> Plugin:
    """A plugin of a server with a roster of its own: the tests' days are all the same."""
    fresh_roster(clock)
    return Plugin(owners.server()[1].id)


def place(stack: Container, plugin: Plugin) -> Place:
    status = RosterRepository().status(plugin.serverId, stack.clock())
    return Place(int(status.rosterShard), int(status.rosterSlot))


_ANSWERS = {
    "+": online(20),
    "-": offline(),
    "?": PingResult(online=True, latency_ms=9, alive_only=True),
}


def _saying(answer: PingResult) -> FakePinger:
    return FakePinger(lambda _: answer)


def check(stack: Container, clock: FrozenClock, plugin: Plugin, answers: str) -> None:
    """Check a server every five minutes: `+` is an answer, `-` is none, `?` tells no players."""
    at = place(stack, plugin)
    for answer in answers:
        found = _ANSWERS[answer]
        RoundService(RosterRepository(), _saying(found), FakeIcons(), clock).run(
            scheduled(clock, at.shard)
        )
        clock.advance(minutes=5)


def test_a_server_gives_no_playtime_while_our_pings_find_it_down(
    stack: Container, clock: FrozenClock, plugin: Plugin
) -> None:
    # Given checks at 12:20, 12:25, ... of which the fourth to seventh found nobody
    check(stack, clock, plugin, "+++----++")
    sent = report(interval(31, clock() - timedelta(minutes=45), clock()))
    # When
    with count_calls() as costs:
        result = stack.playtime.sync(plugin, sent)
    # Then what lies between the first and the last of these is not counted
    assert result.reasons == {"server_was_offline": 1}
    assert result.activeSeconds == (45 - 15) * 60
    assert [one.operation for one in costs.reads].count("Query") == 1


def test_a_single_lost_ping_is_no_outage(
    stack: Container, clock: FrozenClock, plugin: Plugin
) -> None:
    check(stack, clock, plugin, "+-+--+")

    result = stack.playtime.sync(
        plugin, report(interval(32, clock() - timedelta(minutes=30), clock()))
    )

    assert (result.activeSeconds, result.reasons) == (1800, {})


@pytest.mark.parametrize("minutes", [30, 180])
def test_that_no_check_ever_got_through_is_no_outage_of_what_its_plugin_tells(
    stack: Container, clock: FrozenClock, plugin: Plugin, minutes: int
) -> None:
    # Given a server of which our checks never saw a thing
    check(stack, clock, plugin, "-" * (minutes // 5))
    sent = report(interval(30, clock() - timedelta(minutes=minutes // 2), clock()))
    # When its plugin's heartbeats tell that it is there
    PresenceService(PresenceRepository()).show(plugin.serverId, 1, 100, clock())
    # Then what is played on it counts
    assert stack.playtime.sync(plugin, sent).reasons == {}


def test_what_an_undisturbed_server_reports_reads_no_samples(
    stack: Container, clock: FrozenClock, plugin: Plugin
) -> None:
    check(stack, clock, plugin, "+++")
    stack.playtime.sync(plugin, everybody([33], clock()))
    clock.advance(minutes=5)
    # When the process knows the server's place
    with count_calls() as costs:
        stack.playtime.sync(plugin, everybody([33], clock()))
    # Then
    assert_cost(costs, operations=["BatchGetItem", "TransactWriteItems"])


def test_more_players_than_our_pings_see_wait(
    stack: Container, clock: FrozenClock, plugin: Plugin
) -> None:
    check(stack, clock, plugin, "++")  # 20 players

    result = stack.playtime.sync(plugin, everybody(range(3400, 3451), clock()))

    assert result.activeSeconds == 0
    assert result.reasons == {"more_players_than_seen": 51}


@pytest.mark.parametrize(("answer", "most", "bound"), [("?", 50, 50), ("+", 999, 100)])
def test_a_plugin_tells_how_many_can_play_only_where_our_checks_are_not_told(
    stack: Container, clock: FrozenClock, plugin: Plugin, answer: str, most: int, bound: int
) -> None:
    # Given
    check(stack, clock, plugin, answer)
    PresenceService(PresenceRepository()).show(plugin.serverId, 1, most, clock())
    # When one more than can be there is reported
    sent = everybody(range(3600, 3600 + bound + 1), clock())
    # Then
    assert "beyond_capacity" in stack.playtime.sync(plugin, sent).reasons


@pytest.mark.parametrize("answers", ["??", "++?"])
def test_of_a_server_that_does_not_tell_its_players_no_crowd_is_too_big(
    stack: Container, clock: FrozenClock, plugin: Plugin, answers: str
) -> None:
    # Given a server that only says that it is there, from the first or since a while
    check(stack, clock, plugin, answers)
    # When far more play there than our pings ever saw
    result = stack.playtime.sync(plugin, everybody(range(3500, 3551), clock()))
    # Then
    assert (result.heldSeconds, result.reasons) == (0, {})


def jump(stack: Container, clock: FrozenClock, plugin: Plugin, *players: int) -> str:
    """Let some players' three hours be held; returns the anomaly's id."""
    three = timedelta(hours=3)
    sent = report(*(interval(one, clock() - three, clock(), afkSeconds=600) for one in players))
    assert stack.playtime.sync(plugin, sent).heldSeconds == len(players) * 3 * 3600
    (found, *_) = [
        one
        for one in stack.playtime_anomalies.waiting(Page(limit=100)).items
        if one.serverId == plugin.serverId
    ]
    return found.id


def active_minutes(stack: Container, plugin: Plugin, number: int) -> int:
    key = keys.player_clock("MINECRAFT", player(number))
    found = PlayerClock.find(key, stack.clock(), consistent=True)
    assert found is not None
    played = clock_of(found).servers.get(plugin.serverId)
    return played.minutes if played else 0


def test_what_was_held_counts_once_a_moderator_says_so(
    stack: Container, clock: FrozenClock, plugin: Plugin
) -> None:
    # Given
    anomaly = jump(stack, clock, plugin, 41, 42)
    assert active_minutes(stack, plugin, 41) == 0
    # When
    decide = partial(stack.playtime_anomalies.decide, ACTOR, plugin.serverId, anomaly)
    decided = decide(RELEASE)
    # Then
    assert (decided.state, decided.decidedBy) == (AnomalyState.RELEASED, "moderator-1")
    assert [active_minutes(stack, plugin, one) for one in (41, 42)] == [170, 170]
    stats = ServerStats.find(keys.server_stats(plugin.serverId), clock(), consistent=True)
    assert stats is not None
    assert (int(stats.totalPlaytimeMinutes), int(stats.verifiedPlayers)) == (340, 2)
    # And it waits no more, and is not decided again
    assert anomaly not in [
        one.id for one in stack.playtime_anomalies.waiting(Page(limit=100)).items
    ]
    with pytest.raises(AlreadyDecided):
        decide(RELEASE)


def test_what_was_held_is_counted_once_by_8_moderators(
    engine: Engine, stack: Container, clock: FrozenClock, plugin: Plugin
) -> None:
    need_real_races(engine)
    # Given
    anomaly = jump(stack, clock, plugin, 43)
    decide = partial(stack.playtime_anomalies.decide, ACTOR, plugin.serverId, anomaly, RELEASE)
    # When
    outcomes = race([decide] * 8)
    # Then
    assert kinds(outcomes) == {"AnomalyView": 1, "AlreadyDecided": 7}
    assert active_minutes(stack, plugin, 43) == 170


def test_what_was_dismissed_stays_given_away_and_uncounted(
    stack: Container, clock: FrozenClock, plugin: Plugin
) -> None:
    anomaly = jump(stack, clock, plugin, 44)
    dismissal = Decision(release=False, note="nobody plays like that")
    stack.playtime_anomalies.decide(ACTOR, plugin.serverId, anomaly, dismissal)

    again = stack.playtime.sync(plugin, everybody([44], clock()))

    assert again.reasons == {"already_counted": 1}
    assert active_minutes(stack, plugin, 44) == 0


def test_nobody_decides_what_was_held_on_their_own_server(
    stack: Container, clock: FrozenClock, plugin: Plugin
) -> None:
    anomaly = jump(stack, clock, plugin, 45)
    owner = Actor(stack.servers.get(plugin.serverId)[0].ownerId, Role.ADMIN, "request-1")

    with pytest.raises(Outranked):
        stack.playtime_anomalies.decide(owner, plugin.serverId, anomaly, RELEASE)

    assert active_minutes(stack, plugin, 45) == 0


def test_the_same_odd_report_sent_again_adds_no_suspicion(
    stack: Container, clock: FrozenClock, plugin: Plugin
) -> None:
    # Given 30 players who were there equally long to the second
    start, end = clock() - timedelta(minutes=5), clock()
    alike = report(*(interval(4500 + one, start, end) for one in range(30)))
    # When
    for _ in range(20):
        stack.playtime.sync(plugin, alike)
    # Then
    server = stack.servers.get(plugin.serverId)[0]
    watch = stack.plugin_vigilance._watch.reasons(plugin.serverId, plugin.pluginId, clock())
    assert watch == ["identical_increments"]
    known = stack.playtime._evidence.gather(
        server.id, plugin.pluginId, "MINECRAFT", [player(1)], clock()
    ).known
    assert known.score == 10
    assert faded(known.score, known.score_at, known.score_at + HALF_LIFE) == 5


def test_verdicts_of_years_that_do_not_exist_in_utc_are_shown_all_the_same(
    stack: Container, clock: FrozenClock, owners: Owners, shelf: FakeShelf
) -> None:
    # Given verdicts as they were kept before the years of reports had bounds
    owner, server = owners.server()
    starts = [
        datetime.fromisoformat(f"0001-01-01T00:00:00+{offset}") for offset in ("14:00", "00:00")
    ]
    ends = [
        datetime.fromisoformat(f"9999-12-31T23:59:59-{offset}") for offset in ("14:00", "00:00")
    ]
    spans = [Span(epoch(one), epoch(two)) for one, two in zip(starts, ends, strict=True)]
    verdicts = [Verdict(Claim(player(53), None, span)) for span in spans]
    stack.playtime_verdicts.keep(server.id, "plugin-1", "report-1", verdicts, clock())
    assert shelf.stored
    # When
    query = VerdictQuery(date=clock().date())
    (shown,) = stack.playtime_anomalies.verdicts(owner, server.id, query).items
    # Then the nearest moments stand for those that are none
    assert [(one.start.year, one.end.year) for one in shown.verdicts] == [(1, 9999)] * 2


def test_verdicts_are_kept_and_shown_and_a_bucket_that_is_down_costs_nothing(
    stack: Container, clock: FrozenClock, owners: Owners, shelf: FakeShelf
) -> None:
    # Given a report before, while and after the bucket is down
    owner, server = owners.server()
    plugin, results = Plugin(server.id), []
    for is_down in (False, True, False):
        shelf.is_down = is_down
        results.append(stack.playtime.sync(plugin, everybody([51, 52], clock())))
        clock.advance(minutes=5)
    # When
    day = clock().date()
    show = partial(stack.playtime_anomalies.verdicts, owner, server.id)
    first = show(VerdictQuery(date=day, limit=2))
    second = show(VerdictQuery(date=day, limit=2, cursor=first.nextCursor))
    # Then every one is explained, in order
    assert all(one.activeSeconds > 500 for one in results)
    shown = [*first.items, *second.items]
    assert [one.reportId for one in shown] == [one.reportId for one in results]
    assert [len(one.verdicts) for one in shown] == [2, 2, 2]
    assert shown[1].verdicts[0].activeCounted == 300 - 51 % 7
    assert second.nextCursor is None
