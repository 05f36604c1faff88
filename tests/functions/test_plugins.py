"""Plugins' credentials: who may issue, see, rotate and end them, and what the server gets of it."""

from uuid import UUID

import pytest

from firstspawn.plugins.repository import PluginRepository
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.factories import Account, Accounts
from tests.support.plugins import VERIFY, Installed, PluginClient, Plugins
from tests.support.servers import Owners

RUNS = VERIFY.model_dump()


@pytest.fixture
def plugins(stack: Container) -> Plugins:
    return Plugins(stack)


@pytest.fixture
def owner(accounts: Accounts) -> Account:
    return accounts.create()


@pytest.fixture
def path(stack: Container, owner: Account) -> str:
    _, server = Owners(stack).server(owner.caller)
    return f"/servers/{server.id}/plugin/credentials"


def plugin_of(client: Client, installed: Installed, clock: FrozenClock) -> PluginClient:
    return PluginClient(client, installed.credentials, clock)


def test_a_secret_is_shown_once_and_never_stored_readable(
    client: Client, owner: Account, path: str
) -> None:
    # When
    issued = client.post(path, {"name": "Survival"}, token=owner.access)
    listed = client.get(path, token=owner.access)
    # Then
    assert issued.status == 201
    assert issued.json["apiKey"].startswith("fs_pk_")
    assert issued.json["apiSecret"].startswith("fs_sk_")
    (shown,) = listed.json["items"]
    assert shown == issued.json["plugin"]
    assert (shown["status"], shown["name"]) == ("PENDING_VERIFICATION", "Survival")
    assert issued.json["apiSecret"] not in listed.body
    assert issued.json["apiKey"] not in listed.body
    assert issued.json["apiKey"].endswith(shown["keyHint"])


def test_credentials_are_their_servers_owners(
    client: Client, accounts: Accounts, path: str
) -> None:
    # Given
    stranger = accounts.create()
    # Then
    assert client.get(path, token=stranger.access).code == "not_the_owner"
    assert client.post(path, {}, token=stranger.access).code == "not_the_owner"
    assert client.post(path, {}).code == "unauthenticated"


def test_credentials_are_issued_to_who_proved_a_short_while_ago_who_they_are(
    client: Client, owner: Account, path: str, clock: FrozenClock
) -> None:
    clock.advance(minutes=11)
    assert client.post(path, {}, token=owner.access).code == "reauthentication_required"


def test_a_server_has_ten_instances_at_most_and_revoking_makes_room(
    client: Client, owner: Account, path: str
) -> None:
    # Given
    made = [client.post(path, {}, token=owner.access) for _ in range(10)]
    # When
    refused = client.post(path, {}, token=owner.access)
    gone = client.delete(f"{path}/{made[0].json['plugin']['id']}", token=owner.access)
    # Then
    assert {one.status for one in made} == {201}
    assert (refused.status, refused.code) == (409, "plugin_limit_reached")
    assert gone.status == 204
    assert client.post(path, {}, token=owner.access).status == 201


@pytest.mark.parametrize(
    "form",
    [
        {"name": ""}, {"name": "\u202e"}, {"allowedIps": ["300.1.1.1"]},
        {"allowedIps": ["10.0.0.0/33"]}, {"allowedIps": ["1.1.1.1"] * 21}, {"apiKey": "mine"},
    ],
)  # fmt: skip
def test_a_form_that_breaks_a_rule_is_refused(
    client: Client, owner: Account, path: str, form: object
) -> None:
    assert client.post(path, form, token=owner.access).code == "validation_failed"


def test_the_first_verification_activates_the_instance_and_verifies_the_server(
    client: Client, plugins: Plugins, stack: Container, clock: FrozenClock
) -> None:
    # Given
    installed = plugins.issue()
    plugin = plugin_of(client, installed, clock)
    # When
    answer, again = plugin.post("/verify", RUNS), plugin.post("/verify", RUNS)
    # Then
    assert answer.status == 200
    assert answer.json["serverName"] == installed.server.name
    assert answer.json["heartbeatSeconds"] == 300
    assert again.json == answer.json
    server, _ = stack.servers.get(installed.server.id)
    assert server.isVerified
    (shown,) = stack.plugins.list(installed.owner, installed.server.id).items
    assert (shown.status, shown.pluginVersion) == ("ACTIVE", "1.0.0")


def test_the_server_is_verified_as_long_as_one_instance_is_active(
    plugins: Plugins, stack: Container
) -> None:
    # Given
    first = plugins.active()
    second = plugins.active(first.server, first.owner)
    server_id = first.server.id

    def is_verified() -> bool:
        return stack.servers.get(server_id)[0].isVerified

    # When / Then
    stack.plugins.revoke(first.owner, server_id, first.pluginId)
    assert is_verified()
    stack.plugins.suspend(server_id, second.pluginId, "too many players")
    assert not is_verified()
    stack.plugins.reinstate(server_id, second.pluginId)
    assert is_verified()
    stack.plugins.revoke(first.owner, server_id, second.pluginId)
    assert not is_verified()


def test_who_played_is_forgotten_with_the_instance(
    client: Client, plugins: Plugins, stack: Container, clock: FrozenClock
) -> None:
    # Given an instance whose heartbeats named somebody
    installed = plugins.active()
    for _ in range(2):
        clock.advance(seconds=1)
        beat = {"onlinePlayers": 1, "maxPlayers": 9, "players": [str(UUID(int=7))]}
        plugin_of(client, installed, clock).post("/heartbeat", beat)
    (before,) = PluginRepository().of(installed.server.id, clock())
    # When
    stack.plugins.revoke(installed.owner, installed.server.id, installed.pluginId)
    # Then
    (after,) = PluginRepository().of(installed.server.id, clock())
    assert before.players
    assert before.earlierPlayers
    assert after.status == "REVOKED"
    assert {after.players, after.earlierPlayers} == {None}


def test_an_old_secret_stays_good_for_the_overlap(
    client: Client, plugins: Plugins, stack: Container, clock: FrozenClock
) -> None:
    # Given
    old = plugins.active()
    before = plugin_of(client, old, clock)
    assert before.post("/verify", RUNS).status == 200
    # When
    after = plugin_of(client, plugins.rotate(old, hours=2), clock)
    # Then
    assert before.post("/verify", RUNS).status == 200
    assert after.post("/verify", RUNS).status == 200
    clock.advance(hours=2)
    assert before.post("/verify", RUNS).code == "bad_signature"
    assert after.post("/verify", RUNS).status == 200
    at_once = plugin_of(client, plugins.rotate(old, hours=0), clock)
    clock.advance(seconds=30)  # what a warm process may keep a credential
    assert after.post("/verify", RUNS).code == "bad_signature"
    assert at_once.post("/verify", RUNS).status == 200


def test_only_the_staff_suspends_and_trusts(
    client: Client, accounts: Accounts, plugins: Plugins, clock: FrozenClock
) -> None:
    # Given
    installed, owner = plugins.active(), accounts.create()
    moderator = accounts.create(role=Role.MODERATOR.value)
    admin = accounts.create(role=Role.ADMIN.value)
    server = f"/servers/{installed.server.id}/plugin"
    one = f"{server}/credentials/{installed.pluginId}"
    # Then
    assert client.post(f"{one}/suspend", {"reason": "fake"}, token=owner.access).status == 403
    assert client.post(f"{server}/trust", {"trusted": True}, token=moderator.access).status == 403
    # When
    suspended = client.post(f"{one}/suspend", {"reason": "fake"}, token=moderator.access)
    # Then
    assert (suspended.json["status"], suspended.json["statusReason"]) == ("SUSPENDED", "fake")
    refused = plugin_of(client, installed, clock).post("/verify", RUNS)
    assert (refused.code, refused.json["reason"]) == ("suspended", "fake")
    assert client.post(f"{one}/reinstate", token=moderator.access).json["status"] == "ACTIVE"
    assert plugin_of(client, installed, clock).post("/verify", RUNS).status == 200
    assert client.post(f"{server}/trust", {"trusted": True}, token=admin.access).json["trusted"]
    # And a token that was stolen lets nobody speak for the players of others
    clock.advance(minutes=10)
    stale = client.post(f"{server}/trust", {"trusted": True}, token=admin.access)
    assert stale.code == "reauthentication_required"
