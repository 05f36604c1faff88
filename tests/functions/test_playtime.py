"""Playtime, as players, owners and moderators see it."""

from datetime import timedelta

import pytest

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
