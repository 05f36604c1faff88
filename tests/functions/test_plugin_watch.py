"""Plugins that fall silent are found without a scan, shown, and told of to their owners."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from firstspawn.db import keys
from firstspawn.discovery.documents import document
from firstspawn.events.changes import Change, Kind
from firstspawn.events.rules import Target, messages
from firstspawn.mail.models import Mail
from firstspawn.plugins.models import PluginInstance, PluginWatchCursor
from firstspawn.reactions.schemas import Happening
from firstspawn.servers.repository import ServerRepository
from firstspawn.uptime.models import ServerStatus
from firstspawn.uptime.presence_repository import PresenceRepository
from firstspawn.wiring import Container
from functions.scheduled.plugins import handler as watch
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.factories import Accounts
from tests.support.permissions import under_role
from tests.support.plugins import PluginClient, Plugins
from tests.support.servers import Owners

BEAT = {"onlinePlayers": 2, "maxPlayers": 100}


class Hytale:
    """A Hytale server with plugins, as people see it."""

    def __init__(self, stack: Container, plugins: Plugins, clock: FrozenClock, client: Client):
        self._stack, self._plugins, self._clock, self._client = stack, plugins, clock, client
        self._owner, self._server = Owners(stack).server(gameType="HYTALE")

    def install(self) -> PluginClient:
        """One more plugin."""
        one = self._plugins.active(self._server, self._owner)
        return PluginClient(self._client, one.credentials, self._clock)

    def beat(self, plugin: PluginClient, online: int, most: int = 100) -> tuple[bool, int, int]:
        """A heartbeat, and what people see then."""
        self._clock.advance(seconds=1)
        answer = plugin.post("/heartbeat", {"onlinePlayers": online, "maxPlayers": most})
        assert answer.json["counted"] is True
        return self.seen()

    def seen(self) -> tuple[bool, int, int]:
        """Online, players, maximum."""
        status, _ = self._stack.uptime.status(self._server.id)
        return status.isOnline, status.playerCount, status.maxPlayers

    def found(self) -> tuple[bool, int]:
        """Online and players, as searches have them."""
        parts = ServerRepository().find(self._server.id, consistent=True)
        assert parts
        fields = document(parts, self._clock()).fields
        return fields["isOnline"], fields["playerCount"]

    def end(self, how: str, number: int = 0) -> None:
        """Revoke or suspend a plugin, a second later."""
        self._clock.advance(seconds=1)
        one = self._stack.plugins.list(self._owner, self._server.id).items[number]
        if how == "revoke":
            self._stack.plugins.revoke(self._owner, self._server.id, one.id)
        else:
            self._stack.plugins.suspend(self._server.id, one.id, "too many players")

    def states(self) -> list[bool]:
        """Whether its plugins are stale to their owner; those that are not come first."""
        found = self._stack.plugins.list(self._owner, self._server.id).items
        return sorted(one.isStale for one in found)

    def image(self) -> dict[str, Any]:
        """The status as the table's stream shows it."""
        status = ServerStatus.find(keys.server_status(self._server.id), self._clock())
        assert status
        return {"type": "ServerStatus", "serverId": status.serverId, "isOnline": status.isOnline}


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


@pytest.fixture
def hytale(stack: Container, plugins: Plugins, clock: FrozenClock, client: Client) -> Hytale:
    return Hytale(stack, plugins, clock, client)


def test_players_of_a_plugin_that_fell_silent_count_no_more(
    hytale: Hytale, clock: FrozenClock
) -> None:
    # Given two plugins that add up
    first, second = hytale.install(), hytale.install()
    hytale.beat(first, 30)
    assert hytale.beat(second, 12) == (True, 42, 200)
    # When one misses its heartbeats, the other one's next shows its own alone
    clock.advance(minutes=6)
    assert hytale.beat(second, 12) == (True, 42, 200)
    clock.advance(minutes=5)
    assert hytale.beat(second, 12) == (True, 12, 100)
    assert hytale.states() == [False, True]
    # And it adds up again when it is back
    assert hytale.beat(first, 30) == (True, 42, 200)
    assert hytale.states() == [False, False]


def test_no_plugin_has_more_players_than_the_places_it_tells_of(hytale: Hytale) -> None:
    # Given
    first, second = hytale.install(), hytale.install()
    # Then
    assert hytale.beat(first, 100_000, most=50) == (True, 50, 50)
    assert hytale.beat(second, 20, most=50) == (True, 70, 100)
    assert hytale.beat(first, 0, most=50) == (True, 20, 100)
    # And no places are none: they do not lift the bound
    assert hytale.beat(first, 100_000, most=0) == (True, 20, 50)


def test_a_plugin_goes_stale_comes_back_and_each_turn_is_told_once(
    hytale: Hytale, clock: FrozenClock
) -> None:
    # Given
    plugin, told = hytale.install(), []

    def turn(happens: Any) -> list[str]:
        before = hytale.image()
        happens()
        change = Change("e", Kind.MODIFY, "ServerStatus", before, hytale.image())
        return [one.body for one in messages(change) if one.target is Target.LOG]

    def silence() -> None:
        for _ in range(4):
            clock.advance(minutes=5)
            watch({}, None)

    # When it beats, beats again, falls silent, stays so, and is back
    watch({}, None)
    told.append(turn(lambda: hytale.beat(plugin, 7)))
    told.append(turn(lambda: hytale.beat(plugin, 7)))
    told.append(turn(silence))
    assert (hytale.seen()[:2], hytale.states()) == ((False, 0), [True])
    told.append(turn(silence))
    told.append(turn(lambda: hytale.beat(plugin, 9)))
    # Then
    turns = [json.loads(one[0])["isOnline"] if one else None for one in told]
    assert turns == [True, None, False, None, True]
    assert (hytale.seen()[:2], hytale.states()) == ((True, 9), [False])


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes the next read of a status by plugins fail."""
    find = PresenceRepository.find

    def fail_once() -> None:
        def fails(*_: object, **__: object) -> None:
            monkeypatch.setattr(PresenceRepository, "find", find)
            raise TimeoutError

        monkeypatch.setattr(PresenceRepository, "find", fails)

    return fail_once


def looks(clock: FrozenClock, count: int) -> None:
    """So many looks, five minutes apart."""
    for _ in range(count):
        clock.advance(minutes=5)
        watch({}, None)


@pytest.mark.parametrize("how", ["revoke", "suspend"])
def test_what_a_plugin_told_goes_once_it_may_not_speak(hytale: Hytale, how: str) -> None:
    # Given
    first, second = hytale.install(), hytale.install()
    hytale.beat(first, 30)
    hytale.beat(second, 12)
    # When one of two ends
    hytale.end(how)
    # Then
    assert hytale.seen() == (True, 12, 100)
    # When the last one does
    hytale.end(how, 1)
    # Then
    assert hytale.seen()[:2] == hytale.found() == (False, 0)


@pytest.mark.parametrize("how", ["revoke", "suspend"])
def test_the_end_of_a_plugin_is_shown_later_if_it_could_not_be_shown_at_once(
    hytale: Hytale, clock: FrozenClock, failing: Callable[[], None], how: str
) -> None:
    # Given
    watch({}, None)
    hytale.beat(hytale.install(), 42)
    failing()
    # When
    with pytest.raises(TimeoutError):
        hytale.end(how)
    # Then
    assert hytale.found() == (True, 42)
    looks(clock, 3)
    assert hytale.seen()[:2] == hytale.found() == (False, 0)
    # And it is looked after no more
    assert [one.GSI2PK for one in PluginInstance.scan()] == [None]


def test_a_look_that_could_not_show_a_silence_is_made_up_for_by_the_next(
    hytale: Hytale, clock: FrozenClock, failing: Callable[[], None]
) -> None:
    # Given
    watch({}, None)
    hytale.beat(hytale.install(), 42)
    looks(clock, 1)
    failing()
    # When
    with pytest.raises(TimeoutError):
        looks(clock, 1)
    # Then
    assert (hytale.found(), hytale.states()) == ((True, 42), [True])
    looks(clock, 1)
    assert hytale.seen()[:2] == hytale.found() == (False, 0)


@pytest.mark.parametrize("game", ["HYTALE", "MINECRAFT"])
def test_a_deleted_servers_plugins_leave_the_list(
    plugins: Plugins, stack: Container, clock: FrozenClock, game: str
) -> None:
    # Given
    watch({}, None)
    owner, server = Owners(stack).server(gameType=game)
    for install in (plugins.active, plugins.issue):
        install(server, owner)
    # When
    stack.servers.delete(owner, server.id, None)
    stack.plugins.follow_deletion(
        Happening(id="e", event="server.deleted", data={"serverId": server.id})
    )
    # Then
    looks(clock, 3)
    for one in PluginInstance.scan():
        assert one.status == "REVOKED"
        assert not one.GSI2PK
