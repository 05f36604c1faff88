"""Verified playtime on every engine: what linked players have, whatever happened in which order."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from firstspawn.identities.schemas import Linkable, Platform
from firstspawn.kit.dto import Page
from firstspawn.playtime.verified_repository import Link
from firstspawn.reactions.schemas import Happening
from firstspawn.users.schemas import Caller
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.playtime import Plugin, fake_shelf, interval, report
from tests.support.races import need_real_races, race
from tests.support.servers import Owners

MINECRAFT = Platform.MINECRAFT


class World:
    """A user, players and servers; news are told when a test says so."""

    def __init__(self, stack: Container, owners: Owners, clock: FrozenClock) -> None:
        self.stack, self.owners, self.clock = stack, owners, clock
        fake_shelf(stack)
        self.user: Caller = owners.create()

    def server(self) -> str:
        return self.owners.server()[1].id

    def player(self) -> str:
        return str(uuid4())

    def link(self, who: str, scope: str | None = None) -> None:
        link = Linkable(MINECRAFT, who, "Steve", {}, scope, scope)
        self.stack.identities.link(self.user.userId, None, link)
        self.tell_link(who, scope)

    def unlink(self, who: str, scope: str | None = None) -> None:
        self.stack.identities.unlink(self.user, "minecraft")
        self.tell_link(who, scope)

    def tell_link(self, who: str, scope: str | None = None) -> None:
        told = self.news("identity.changed", platformUserId=who, scopeServerId=scope)
        self.stack.verified_playtime.follow_identity(told)

    def tell_clock(self, who: str, server: str) -> None:
        told = self.news("playtime.counted", player=who, lastServerId=server)
        self.stack.verified_playtime.follow_clock(told)

    def news(self, event: str, **data: Any) -> Happening:
        known = {"userId": self.user.userId, "platform": MINECRAFT.value}
        return Happening(id="1", event=event, data=known | data)

    def play(self, who: str, server: str, minutes: int = 10) -> None:
        start, end = self.clock(), self.clock.advance(minutes=minutes)
        self.stack.playtime.sync(Plugin(server), report(interval(who, start, end)))

    def minutes(self, server: str) -> int:
        return self.stack.verified_playtime.minutes(self.user.userId, server)


@pytest.fixture
def world(stack: Container, owners: Owners, clock: FrozenClock) -> World:
    return World(stack, owners, clock)


def test_what_was_played_before_and_after_a_link_is_verified(world: World) -> None:
    # Given
    who, server, other = world.player(), world.server(), world.server()
    world.play(who, server, 30)
    world.play(who, other, 5)
    assert world.minutes(server) == 0
    # When
    world.link(who)
    # Then
    assert (world.minutes(server), world.minutes(other)) == (30, 5)
    # When
    world.play(who, server, 20)
    world.tell_clock(who, server)
    # Then
    assert (world.minutes(server), world.minutes(other)) == (50, 5)


def test_what_a_link_brought_goes_with_it_and_comes_back(world: World) -> None:
    who, server = world.player(), world.server()
    world.link(who)
    world.play(who, server)
    world.tell_clock(who, server)
    assert world.minutes(server) == 10

    world.unlink(who)
    assert world.minutes(server) == 0
    assert world.stack.verified_playtime.mine(world.user, Page()).items == []

    world.link(who)
    assert world.minutes(server) == 10


def test_a_link_that_one_server_vouched_for_counts_there_alone(world: World) -> None:
    who, vouching, other = world.player(), world.server(), world.server()
    world.play(who, vouching)
    world.play(who, other)

    world.link(who, vouching)
    world.tell_clock(who, other)

    assert (world.minutes(vouching), world.minutes(other)) == (10, 0)


def test_two_players_of_one_user_do_not_add_up(world: World) -> None:
    # Given one linked everywhere, one on a server alone; both played there at the same time
    first, second, server = world.player(), world.player(), world.server()
    world.play(first, server, 40)
    world.play(second, server, 25)
    # When
    world.link(first)
    world.link(second, server)
    # Then
    assert world.minutes(server) == 40


def test_news_that_come_twice_late_or_in_disorder_change_nothing(world: World) -> None:
    # Given a link that came and went, and playtime before, between and after
    who, server = world.player(), world.server()
    world.play(who, server)
    world.link(who)
    world.play(who, server)
    world.unlink(who)
    world.play(who, server)
    # When all of it is told again, backwards
    for _ in range(2):
        world.tell_clock(who, server)
        world.tell_link(who)
    # Then
    assert world.minutes(server) == 0
    # And when it is linked again
    world.link(who)
    world.tell_clock(who, server)
    world.tell_link(who)
    assert world.minutes(server) == 30


def test_who_computes_from_older_news_does_not_overwrite_newer_ones(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given somebody who is slow between reading the clock and writing
    who, server = world.player(), world.server()
    world.play(who, server)
    world.link(who)
    repository = world.stack.verified_playtime._played
    write, slow = repository.write, list[bool]()

    def while_others_work(*arguments: Any) -> None:
        if not slow:
            slow.append(True)
            world.play(who, server, 15)
            world.tell_clock(who, server)
        write(*arguments)

    world.play(who, server)
    monkeypatch.setattr(repository, "write", while_others_work)
    # When
    world.tell_clock(who, server)
    # Then
    assert world.minutes(server) == 35


def test_links_syncs_and_news_at_the_same_moment_end_in_the_truth(
    engine: Engine, world: World
) -> None:
    need_real_races(engine)
    # Given
    who, servers = world.player(), [world.server() for _ in range(3)]
    start = world.clock()
    end = world.clock.advance(minutes=30)
    cuts = [start + timedelta(minutes=10 * part) for part in range(3)]

    def played(server: str, begin: Any) -> None:
        sent = report(interval(who, begin, min(begin + timedelta(minutes=10), end)))
        world.stack.playtime.sync(Plugin(server), sent)
        world.tell_clock(who, server)

    # When
    pairs = list(zip(servers, cuts, strict=True))
    outcomes = race([partial(world.link, who), *(partial(played, *pair) for pair in pairs)])
    # Then
    assert outcomes == [None] * 4
    assert [world.minutes(server) for server in servers] == [10, 10, 10]


def test_ones_own_list_names_servers_and_has_pages(world: World) -> None:
    # Given
    who, servers = world.player(), [world.server() for _ in range(3)]
    for server in servers:
        world.play(who, server)
    world.link(who)
    # When
    first = world.stack.verified_playtime.mine(world.user, Page(limit=2))
    second = world.stack.verified_playtime.mine(world.user, Page(limit=2, cursor=first.nextCursor))
    # Then
    assert [one.serverId for one in [*first.items, *second.items]] == sorted(servers)
    assert all(one.serverName and one.activeMinutes == 10 for one in first.items)
    assert second.nextCursor is None


def test_what_verified_playtime_costs(world: World) -> None:
    # Given
    who, server = world.player(), world.server()
    world.link(who)
    world.play(who, server)
    # When / Then
    with count_calls() as costs:
        world.tell_clock(who, server)
    read, write = ["BatchGetItem"], ["TransactWriteItems"]
    assert_cost(costs, operations=[*read * 2, "Query", *read, *write], write_units=2)
    with count_calls() as costs:
        world.minutes(server)
    assert_cost(costs, operations=["GetItem"], read_units=1)
    with count_calls() as costs:
        world.stack.verified_playtime.mine(world.user, Page())
    assert_cost(costs, operations=["Query", *read], read_units=5)
    assert Link("MINECRAFT", who, None) in world.stack.verified_playtime._played.links(
        world.user.userId, world.clock()
    )
