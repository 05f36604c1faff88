"""How plugin instances end on every engine: with their server, and with what came through them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from firstspawn.db import keys
from firstspawn.plugins.models import PluginBook, PluginInstance
from firstspawn.plugins.repository import PluginRepository
from firstspawn.plugins.schemas import PluginStatus
from firstspawn.reactions.schemas import Happening
from firstspawn.servers.errors import ServerNotFound
from firstspawn.servers.stats_repository import plugin_minutes
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.playtime import everybody, fake_shelf
from tests.support.plugins import VERIFY, Plugins
from tests.support.races import need_real_races, race
from tests.support.stacks import stack_on


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    _ = built.plugins, built.plugin_installation, built.playtime
    return built


@pytest.fixture
def plugins(stack: Container) -> Plugins:
    return Plugins(stack)


def numbers(stack: Container, server_id: str) -> tuple[int, int]:
    """A server's living instances, and those of them that are active."""
    found = PluginBook.find(keys.plugin_book(server_id), stack.clock(), consistent=True)
    assert found
    return int(found.instances), int(found.active)


def test_what_it_costs_to_list_instances_and_to_end_one_that_playtime_came_through(
    stack: Container, plugins: Plugins, clock: FrozenClock
) -> None:
    # Given
    fake_shelf(stack)
    one = plugins.active()
    stack.playtime.sync(plugins.caller(one), everybody(range(88_000, 88_002), clock()))
    # When / Then
    with count_calls() as listing:
        (shown,) = stack.plugins.list(one.owner, one.server.id).items
    assert shown.totalPlaytime == 8
    assert_cost(listing, calls=4, operations=["Query", "GetItem", "Query", "GetItem"], read_units=4)
    with count_calls() as ending:
        stack.plugins.revoke(one.owner, one.server.id, one.pluginId)
    operations = ["Query", "GetItem", "GetItem", "GetItem", "GetItem", "TransactWriteItems"]
    assert_cost(ending, calls=6, operations=operations, read_units=5, write_units=12)
    (shown,) = stack.plugins.list(one.owner, one.server.id).items
    assert (shown.status, shown.totalPlaytime) == (PluginStatus.REVOKED, 8)


def test_minutes_that_came_while_an_instance_ended_are_kept(
    stack: Container, plugins: Plugins, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a revocation that has read the minutes when one more report is counted
    fake_shelf(stack)
    one = plugins.active()
    caller, where = plugins.caller(one), "firstspawn.plugins.repository.plugin_minutes"
    stack.playtime.sync(caller, everybody(range(89_000, 89_002), clock()))

    def overtaken(server_id: str, now: datetime) -> dict[str, int]:
        found = plugin_minutes(server_id, now)
        monkeypatch.setattr(where, plugin_minutes)
        stack.playtime.sync(caller, everybody(range(89_010, 89_011), clock()))
        return found

    monkeypatch.setattr(where, overtaken)
    # When
    stack.plugins.revoke(one.owner, one.server.id, one.pluginId)
    # Then
    (shown,) = stack.plugins.list(one.owner, one.server.id).items
    assert (shown.status, shown.totalPlaytime) == (PluginStatus.REVOKED, 12)


def test_what_ending_a_deleted_servers_instances_costs(stack: Container, plugins: Plugins) -> None:
    # Given two instances
    first = plugins.active()
    plugins.active(first.server, first.owner)
    stack.servers.delete(first.owner, first.server.id, None)
    told = Happening(id="e1", event="server.deleted", data={"serverId": first.server.id})
    # When / Then
    with count_calls() as costs:
        stack.plugins.follow_deletion(told)
    each = [*["GetItem"] * 3, "TransactWriteItems"]
    assert_cost(
        costs, calls=10, operations=["BatchGetItem", "Query", *each, *each], read_units=9,
        write_units=20,
    )  # fmt: skip
    with count_calls() as again:
        stack.plugins.follow_deletion(told)
    assert_cost(again, calls=2, operations=["BatchGetItem", "Query"], write_units=0)


def test_nothing_comes_or_verifies_on_a_server_that_was_deleted_meanwhile(
    stack: Container, plugins: Plugins
) -> None:
    # Given a server that was still there when its owner asked, and when its plugin did
    one = plugins.issue()
    stack.servers.delete(one.owner, one.server.id, None)
    values = {"id": "late", "serverId": one.server.id, "gameType": "MINECRAFT", "name": "Late",
        "allowedIps": [], "keyHash": "late", "keyHint": "late"}  # fmt: skip
    # When / Then
    store = PluginRepository()
    read = store.book(one.server.id, stack.clock())
    with pytest.raises(ServerNotFound):
        store.issue(values, "sealed", read, stack.clock())
    with pytest.raises(ServerNotFound):
        stack.plugin_installation._noted(plugins.caller(one), VERIFY.model_dump())
    assert numbers(stack, one.server.id) == (1, 0)


def test_no_verification_outlives_its_server(
    engine: Engine, stack: Container, plugins: Plugins
) -> None:
    need_real_races(engine)
    # Given a deleted server with an active instance and three that verify just now
    first = plugins.active()
    new = [plugins.issue(first.server, first.owner) for _ in range(3)]
    stack.servers.delete(first.owner, first.server.id, None)
    told = Happening(id="e1", event="server.deleted", data={"serverId": first.server.id})
    callers = [plugins.caller(one) for one in new]
    # When
    steps: list[Callable[[], object]] = [
        partial(stack.plugin_installation._noted, caller, VERIFY.model_dump()) for caller in callers
    ]
    steps.append(partial(stack.plugins.follow_deletion, told))
    race(steps)
    stack.plugins.follow_deletion(told)  # as the queue does after a failure
    # Then
    assert numbers(stack, first.server.id) == (0, 0)
    states = {one.status for one in PluginInstance.query(keys.plugin(first.server.id, "").pk,
        PluginInstance.SK.startswith("PLUGIN#"), consistent_read=True)}  # fmt: skip
    assert states == {"REVOKED"}
