"""A server is deleted: its plugins end with it, at both doors, however often it is told."""

from typing import Any

import pytest

from firstspawn.db import keys
from firstspawn.plugins.models import PluginBook, PluginCredential, PluginInstance
from firstspawn.uptime.models import RosterMember
from firstspawn.wiring import Container
from functions.plugin.door import handler as door
from functions.queues.reactions import handler as reactor
from functions.streams.events import handler as publisher
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.events import sqs_event, stream_record
from tests.support.http_events import url_event
from tests.support.permissions import under_role
from tests.support.plugins import VERIFY, Installed, PluginClient, Plugins

BEAT = {"onlinePlayers": 2, "maxPlayers": 100}
RUNS = VERIFY.model_dump()


@pytest.fixture
def plugins(stack: Container) -> Plugins:
    return Plugins(stack)


@pytest.fixture(params=["api", "door"])
def through(request: pytest.FixtureRequest, client: Client) -> Client:
    """Both doors."""
    return client if request.param == "api" else Client(under_role(door, "PluginDoor"), url_event)


@pytest.fixture
def told(stack: Container, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Deletes a server, and tells of it what the stream and the queue would."""

    def delete(installed: Installed, *, for_real: bool = True) -> None:
        member = next(iter(RosterMember.scan(RosterMember.serverId == installed.server.id)), None)
        if for_real:
            stack.servers.delete(installed.owner, installed.server.id, None)
        image = {"type": "RosterMember", "serverId": installed.server.id}
        assert member is not None
        sent: dict[str, Any] = {}
        monkeypatch.setattr(stack.publisher, "send", lambda outbox: sent.update(outbox) or [])
        publisher({"Records": [stream_record("REMOVE", old=image)]}, None)
        bodies = [message.body for found in sent.values() for message in found]
        for _ in range(2):
            assert under_role(reactor, "Reactor")(sqs_event(bodies), None) == {
                "batchItemFailures": []
            }

    return delete


def numbers(stack: Container, server_id: str) -> tuple[int, int]:
    """A server's living instances, and those of them that are active."""
    book = PluginBook.find(keys.plugin_book(server_id), stack.clock(), consistent=True)
    assert book
    return int(book.instances), int(book.active)


def test_a_deleted_servers_plugins_are_revoked_and_refused_at_every_call(
    through: Client, plugins: Plugins, stack: Container, clock: FrozenClock, told: Any
) -> None:
    # Given one in each state, known to a warm process
    active = plugins.active()
    new = plugins.issue(active.server, active.owner)
    suspended = plugins.active(active.server, active.owner)
    stack.plugins.suspend(active.server.id, suspended.pluginId, "odd")
    plugin = PluginClient(through, active.credentials, clock)
    assert plugin.post("/heartbeat", BEAT).status == 200
    # When
    told(active)
    # Then
    assert numbers(stack, active.server.id) == (0, 0)
    for one in (active, new, suspended):
        (stored,) = PluginInstance.scan(PluginInstance.id == one.pluginId)
        (credential,) = PluginCredential.scan(PluginCredential.pluginId == one.pluginId)
        assert (stored.status, credential.status) == ("REVOKED", "REVOKED")
        assert not credential.secret
    for path, body in (("/heartbeat", BEAT), ("/verify", RUNS)):
        assert plugin.post(path, body).status in {403, 404}
    clock.advance(seconds=30)  # what a warm process may keep a credential
    for path, body in (
        ("/heartbeat", BEAT),
        ("/verify", RUNS),
        ("/playtime/sync", {"players": []}),
    ):
        answer = plugin.post(path, body)
        assert (answer.status, answer.code) == (403, "revoked")
        assert answer.json["reason"] == "the server was deleted"


def test_before_it_is_told_nothing_is_counted_or_shown_for_a_deleted_server(
    through: Client, plugins: Plugins, stack: Container, clock: FrozenClock
) -> None:
    # Given a server whose deletion is still on its way through the queues
    installed, fresh = plugins.active(), plugins.issue()
    for one in (installed, fresh):
        stack.servers.delete(one.owner, one.server.id, None)
    plugin = PluginClient(through, installed.credentials, clock)
    # When / Then
    start = clock().isoformat()
    clock.advance(minutes=5)
    interval = {"uuid": "069a79f4-44e9-4726-a5be-fca90e38aaf5", "name": "Alex", "from": start,
        "to": clock().isoformat(), "afkSeconds": 0}  # fmt: skip
    sync = plugin.post("/playtime/sync", {"players": [interval]})
    assert (sync.status, sync.code) == (404, "server_gone")
    verify = PluginClient(through, fresh.credentials, clock).post("/verify", RUNS)
    assert (verify.status, verify.code) == (404, "server_not_found")


def test_a_rumour_of_a_deletion_ends_no_plugin(
    client: Client, plugins: Plugins, stack: Container, clock: FrozenClock, told: Any
) -> None:
    # Given a server that only left its place in a roster
    installed = plugins.active()
    # When
    told(installed, for_real=False)
    # Then
    assert numbers(stack, installed.server.id) == (1, 1)
    plugin = PluginClient(client, installed.credentials, clock)
    assert plugin.post("/heartbeat", BEAT).status == 200
