"""Whose word shows: a living plugin's tells how many play, and our checks whether it is online."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from firstspawn.discovery.documents import document
from firstspawn.servers.repository import ServerRepository
from firstspawn.servers.schemas import ServerView
from firstspawn.uptime.presence import PresenceService
from firstspawn.uptime.presence_repository import PresenceRepository
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.state import SOURCE_CHECK
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.servers import Owners

ALIVE = {"isOnline": True, "uptime": 99, "source": SOURCE_CHECK}  # QUIC tells no players
TOLD = {**ALIVE, "playerCount": 7, "maxPlayers": 50}
DOWN = {"isOnline": False, "uptime": 0, "playerCount": 0}


@pytest.fixture
def server(stack: Container) -> ServerView:
    return Owners(stack).server(gameType="HYTALE")[1]


class Seen:
    """What people see of one server as checks and plugins speak in turn."""

    def __init__(self, stack: Container, server: ServerView, clock: FrozenClock) -> None:
        self._stack, self._server, self._clock = stack, server, clock

    def check(self, values: dict[str, Any]) -> tuple[bool, int, int]:
        """A check of ours publishes."""
        now = self._clock.advance(seconds=1)
        RosterRepository().publish({self._server.id: values}, now)
        return self.shown()

    def plugin(self, players: int | None, most: int = 100) -> tuple[bool, int, int]:
        """Plugins speak; None: they are silent."""
        now = self._clock.advance(seconds=1)
        return self.plugin_at(now, players, most)

    def plugin_at(
        self, at: datetime, players: int | None, most: int = 100
    ) -> tuple[bool, int, int]:
        """Plugins spoke at some moment; it arrives now."""
        PresenceService(PresenceRepository()).show(self._server.id, players, most, at)
        return self.shown()

    def uptime(self) -> float | None:
        """The percentage."""
        return self._stack.uptime.status(self._server.id)[0].uptime

    def shown(self) -> tuple[bool, int, int]:
        """Online, players, maximum; a page and the search index have the same."""
        status, _ = self._stack.uptime.status(self._server.id)
        page, _ = self._stack.servers.get(self._server.id)
        parts = ServerRepository().find(self._server.id, consistent=True)
        assert parts
        fields = document(parts, self._clock()).fields
        found = (fields["isOnline"], fields["playerCount"], fields["maxPlayers"])
        assert found == (page.isOnline, page.playerCount, page.maxPlayers)
        assert found == (status.isOnline, status.playerCount, status.maxPlayers or None)
        assert fields["uptime"] == page.uptime == status.uptime
        return status.isOnline, status.playerCount, status.maxPlayers


@pytest.fixture
def seen(stack: Container, server: ServerView, clock: FrozenClock) -> Seen:
    return Seen(stack, server, clock)


def test_of_a_server_no_check_ever_saw_plugins_tell_everything(seen: Seen) -> None:
    assert seen.plugin(12) == (True, 12, 100)
    assert seen.plugin(None) == (False, 0, 100)
    assert seen.check(DOWN) == (False, 0, 100)
    assert seen.plugin(3) == (True, 3, 100)


def test_the_uptime_of_what_no_check_ever_saw_is_unknown_and_not_0(seen: Seen) -> None:
    seen.check(DOWN)
    assert seen.uptime() == 0  # as of any server that nobody speaks for
    seen.plugin(12)
    assert seen.uptime() is None
    seen.plugin(None)
    assert seen.uptime() is None
    seen.check(ALIVE)
    assert seen.uptime() == 99


def test_of_a_server_our_checks_see_alive_plugins_tell_the_players(seen: Seen) -> None:
    assert seen.check(ALIVE) == (True, 0, 0)
    assert seen.plugin(12) == (True, 12, 100)
    assert seen.plugin(None) == (True, 0, 100)


def test_a_server_that_our_checks_saw_and_see_no_more_is_offline_whatever_plugins_say(
    seen: Seen,
) -> None:
    seen.plugin(12)
    for saw in (ALIVE, TOLD):
        assert seen.check(saw) == (True, 12, 100)
        assert seen.check(DOWN)[:2] == (False, 0)
        assert seen.plugin(30)[:2] == (False, 0)
        # And what they said meanwhile is shown once it is back
        assert seen.check(saw) == (True, 30, 100)
        assert seen.plugin(12) == (True, 12, 100)


def test_a_living_plugins_word_comes_before_what_our_checks_are_told(seen: Seen) -> None:
    # Given a server whose query tells us how many play
    assert seen.check(TOLD) == (True, 7, 50)
    # When a plugin begins to speak, then it alone does
    assert seen.plugin(90, 999) == (True, 90, 999)
    assert seen.check({**TOLD, "playerCount": 30}) == (True, 90, 999)
    assert seen.plugin(0, 999) == (True, 0, 999)
    # When it falls silent, then what our checks were told last is shown at once
    assert seen.plugin(None) == (True, 30, 50)


def test_a_few_players_more_or_less_write_nothing(seen: Seen, stack: Container) -> None:
    seen.plugin(100)
    version = stack.uptime.status(seen._server.id)[1]
    assert seen.plugin(102)[1] == 100
    assert stack.uptime.status(seen._server.id)[1] == version
    assert seen.plugin(111)[1] == 111


def test_a_word_that_arrives_behind_a_later_one_is_ignored(seen: Seen, clock: FrozenClock) -> None:
    # Given
    seen.plugin(50)
    before = clock()
    assert seen.plugin(12) == (True, 12, 100)
    # When what was said earlier arrives
    for players in (50, 900, None):
        assert seen.plugin_at(before, players) == (True, 12, 100)
    # Then it changed nothing, and neither does what is said again at the same moment
    assert seen.plugin_at(clock(), 900) == (True, 12, 100)
    assert seen.plugin_at(clock() + timedelta(seconds=1), 30) == (True, 30, 100)
