"""Playtime, as players, owners and moderators see it."""

from datetime import timedelta

import pytest

from firstspawn.db import keys
from firstspawn.servers.models import ServerStats
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.factories import Accounts
from tests.support.playtime import fake_shelf, interval
from tests.support.plugins import PluginClient, Plugins
from tests.support.servers import Owners


@pytest.fixture(autouse=True)
def shelf(stack: Container) -> None:
    fake_shelf(stack)


def test_a_jump_waits_is_seen_by_its_owner_and_counts_when_a_moderator_says_so(
    stack: Container, client: Client, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    owner, stranger = accounts.create(), accounts.create()
    moderator = accounts.create(role=Role.MODERATOR.value)
    _, server = Owners(stack).server(owner.caller)
    installed = Plugins(stack).active(server, owner.caller)
    plugin = PluginClient(client, installed.credentials, clock)
    sent = {"players": [interval(1, clock() - timedelta(hours=3), clock(), name="Steve")]}
    assert plugin.post("/playtime/sync", sent).json["heldSeconds"] == 3 * 3600
    path, waiting = f"/servers/{server.id}/playtime", "/moderation/playtime/anomalies"
    # When
    (seen,) = client.get(f"{path}/anomalies", token=owner.access).json["items"]
    # Then
    assert (seen["state"], seen["reasons"]) == ("HELD", ["sudden_jump"])
    assert seen["players"][0]["name"] == "Steve"
    day = [("date", "2026-11-22")]
    for one in (f"{path}/anomalies", f"{path}/verdicts"):
        assert client.get(one, token=stranger.access, query=day).code == "not_the_owner"
    assert client.get(waiting, token=owner.access).status == 403
    (told,) = client.get(f"{path}/verdicts", token=owner.access, query=day).json["items"]
    assert told["verdicts"][0]["reasons"] == ["sudden_jump"]
    assert told["verdicts"][0]["from"] == "2026-11-22T09:00:00Z"
    # When
    listed = client.get(waiting, token=moderator.access).json["items"]
    assert seen["id"] in [one["id"] for one in listed]
    decision = {"release": True, "note": "a marathon for charity"}
    one = f"/moderation/servers/{server.id}/playtime/anomalies/{seen['id']}"
    assert client.post(one, decision, token=owner.access).status == 403
    assert client.post(one, decision, token=moderator.access).json["state"] == "RELEASED"
    # Then
    assert client.post(one, decision, token=moderator.access).code == "already_decided"
    assert client.get(f"/servers/{server.id}").json["totalPlaytime"] == 3


def test_ones_own_playtime_is_empty_at_first_and_nobody_elses(
    client: Client, accounts: Accounts
) -> None:
    account = accounts.create()

    assert client.get("/users/me/playtime", token=account.access).json == {
        "items": [], "nextCursor": None,
    }  # fmt: skip
    assert client.get("/users/me/playtime").status == 401
    assert (
        client.get("/users/me/playtime", token=account.access, query=[("cursor", "x")]).status
        == 400
    )


def test_an_owner_sees_how_much_came_through_each_instance_also_after_it_ended(
    stack: Container, client: Client, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given a server with two instances, and one that reports nothing
    owner, moderator = accounts.create(), accounts.create(role=Role.MODERATOR.value)
    _, server = Owners(stack).server(owner.caller)
    installed = [Plugins(stack).active(server, owner.caller) for _ in range(3)]
    first, second, _ = (PluginClient(client, one.credentials, clock) for one in installed)
    path = f"/servers/{server.id}/plugin/credentials"

    def totals() -> list[int]:
        found = client.get(path, token=owner.access).json["items"]
        minutes = {one["id"]: one["totalPlaytime"] for one in found}
        return [minutes[one.pluginId] for one in installed]

    def played(plugin: PluginClient, player: int, minutes: int) -> None:
        sent = {"players": [interval(player, clock() - timedelta(minutes=minutes), clock())]}
        assert plugin.post("/playtime/sync", sent).status == 200

    # When one is held at first, which begins the server's count when it is released
    played(first, 301, 150)
    assert totals() == [0, 0, 0]
    (held,) = client.get(f"/servers/{server.id}/playtime/anomalies", token=owner.access).json[
        "items"
    ]
    one = f"/moderation/servers/{server.id}/playtime/anomalies/{held['id']}"
    decision = {"release": True, "note": "a marathon for charity"}
    assert client.post(one, decision, token=moderator.access).status == 200
    played(first, 302, 5)
    played(second, 303, 7)
    played(second, 304, 4)
    # Then
    assert totals() == [155, 11, 0]
    # When one ends, it keeps what came through it
    assert client.delete(f"{path}/{installed[1].pluginId}", token=owner.access).status == 204
    assert totals() == [155, 11, 0]
    stats = ServerStats.find(keys.server_stats(server.id), clock())
    assert stats
    assert stats.totalPlaytimeMinutes == 166
    assert stats.pluginMinutes
    assert list(stats.pluginMinutes.as_dict()) == [installed[0].pluginId]


def test_a_warm_process_counts_nothing_for_an_instance_that_has_just_ended(
    stack: Container, client: Client, clock: FrozenClock
) -> None:
    # Given two that a warm process knows
    suspended, revoked = Plugins(stack).active(), Plugins(stack).active()
    plugins = [PluginClient(client, one.credentials, clock) for one in (suspended, revoked)]

    def sync(plugin: PluginClient, player: int) -> str:
        start = clock()
        clock.advance(seconds=10)
        sent = {"players": [interval(player, start, clock())]}
        return str(plugin.post("/playtime/sync", sent).json.get("code", "counted"))

    assert [sync(plugin, 40) for plugin in plugins] == ["counted"] * 2
    # When
    stack.plugins.suspend(suspended.server.id, suspended.pluginId, "odd")
    stack.plugins.revoke(revoked.owner, revoked.server.id, revoked.pluginId)
    # Then
    assert [sync(plugin, 41) for plugin in plugins] == ["suspended", "revoked"]
