"""Plugins that fall silent are found without a scan, shown, and told of to their owners."""

from typing import Any

import pytest

from firstspawn.mail.models import Mail
from firstspawn.plugins.models import PluginInstance, PluginWatchCursor
from firstspawn.wiring import Container
from functions.scheduled.plugins import handler as watch
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.factories import Accounts
from tests.support.permissions import under_role
from tests.support.plugins import PluginClient, Plugins
from tests.support.servers import Owners

BEAT = {"onlinePlayers": 2, "maxPlayers": 100}


@pytest.fixture
def plugins(stack: Container) -> Plugins:
    """Instances on a list that nobody else is on."""
    for model in (PluginInstance, PluginWatchCursor):
        for item in model.scan():
            item.delete()
    return Plugins(stack)


def test_who_was_not_heard_of_is_found_without_a_scan_and_the_owner_told_after_a_day(
    client: Client, plugins: Plugins, stack: Container, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given one that lives and one that falls silent
    owner = accounts.create()
    _, server = Owners(stack).server(owner.caller, name="Emerald Isles of Old")
    silent = plugins.active(server, owner.caller, name="Survival")
    alive = plugins.active()
    look = under_role(watch, "PluginWatch")
    look({}, None)

    def pass_time(minutes: int) -> list[dict[str, Any]]:
        found = []
        for _ in range(minutes // 5):
            clock.advance(minutes=5)
            PluginClient(client, alive.credentials, clock).post("/heartbeat", BEAT)
            found.append(look({}, None))
        return found

    # When
    first = pass_time(20)
    # Then
    assert sum(one["silent"] for one in first) == 1
    assert sum(one["alive"] for one in first) >= 1
    # When nobody looks for a day, two hours are caught up with at a time
    clock.advance(hours=24)
    later = pass_time(15 * 5)
    # Then
    assert sum(one["silent"] for one in later) == 0
    assert sum(one["told"] for one in later) == 1
    (mail,) = [mail for mail in Mail.scan() if mail.template == "plugin_silent"]
    assert mail.to == owner.email
    assert mail.params == {"server": "Emerald Isles of Old", "plugin": "Survival"}
    # When it comes back
    back = PluginClient(client, silent.credentials, clock).post("/heartbeat", BEAT)
    assert back.json["counted"] is True
    assert sum(one["silent"] for one in pass_time(20)) == 1  # and silent again


def test_a_hytale_servers_plugins_tell_whether_it_is_online_and_how_many_play(
    client: Client, plugins: Plugins, stack: Container, clock: FrozenClock
) -> None:
    # Given a server with two plugins
    owner, server = Owners(stack).server(gameType="HYTALE")
    first, second = (plugins.active(server, owner) for _ in range(2))
    for one in (first, second):
        PluginClient(client, one.credentials, clock).post("/heartbeat", BEAT)
        clock.advance(seconds=1)
    # Then
    status, _ = stack.uptime.status(server.id)
    assert (status.isOnline, status.playerCount, status.maxPlayers) == (True, 4, 200)
    # When both fall silent
    watch({}, None)
    for _ in range(4):
        clock.advance(minutes=5)
        watch({}, None)
    # Then
    status, _ = stack.uptime.status(server.id)
    assert (status.isOnline, status.playerCount) == (False, 0)
