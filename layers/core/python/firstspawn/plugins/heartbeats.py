"""Heartbeats, and what players get to see of them where nobody can ask the server itself."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from firstspawn.kit.clock import Clock
from firstspawn.plugins.errors import PluginOutdated
from firstspawn.plugins.heartbeat_repository import HeartbeatRepository
from firstspawn.plugins.installation_schemas import Heartbeat, HeartbeatSeen
from firstspawn.plugins.releases import Releases
from firstspawn.plugins.repository import Instance, PluginRepository
from firstspawn.plugins.rolls import STALE_AFTER, call
from firstspawn.plugins.schemas import PluginCaller, PluginStatus
from firstspawn.servers.fields import GameType

# Shows what the plugins of a server (id, game) that are alive at a moment tell of it.
Refresh = Callable[[str, str, datetime], None]


class Presence(Protocol):
    """Shows people what plugins say of a server (`uptime/presence.py`)."""

    def show(self, server_id: str, players: int | None, most: int, at: datetime) -> None:
        """`players` is None if no plugin is alive."""


class HeartbeatService:
    """Takes heartbeats."""

    def __init__(
        self,
        heartbeats: HeartbeatRepository,
        plugins: PluginRepository,
        presence: Presence,
        releases: Releases,
        clock: Clock,
    ) -> None:
        self._heartbeats, self._plugins = heartbeats, plugins
        self._presence, self._releases, self._clock = presence, releases, clock

    def beat(self, caller: PluginCaller, form: Heartbeat) -> HeartbeatSeen:
        """Note that a plugin is alive: one write; for Hytale a query, a read and at times a write.

        A read and a transaction more if it runs another version than before. Raises
        PluginOutdated, Invalid, Revoked, Suspended.
        """
        now = self._clock()
        at = round(caller.signedAt.timestamp() * 1000)
        if form.pluginVersion and form.pluginVersion != caller.pluginVersion:
            self._note_version(caller, form.pluginVersion, at, now)
        counted = self._heartbeats.beat(caller.serverId, caller.pluginId, at, _values(form), now)
        if counted:
            self.refresh(caller.serverId, caller.gameType, now)
        return HeartbeatSeen(counted=counted, serverTime=now)

    def _note_version(self, caller: PluginCaller, version: str, at: int, now: datetime) -> None:
        """What runs now is what the calls to come are judged by, also if it is too old."""
        try:
            self._releases.check_official(caller.gameType, version)
        except PluginOutdated:
            self._heartbeats.note_version(caller.serverId, caller.pluginId, version, at, now)
            raise
        self._heartbeats.note_version(caller.serverId, caller.pluginId, version, at, now)

    def refresh(self, server_id: str, game: str, now: datetime) -> None:
        """Show a server's players, summed over its live plugins, if a ping cannot see them.

        No plugin counts for more than the places it says there are.
        """
        if game != GameType.HYTALE:
            return
        live = [one for one in self._plugins.of(server_id, now) if is_live(one, now)]
        players = sum(map(_players, live)) if live else None
        most = sum(int(one.maxPlayers or 0) for one in live)
        self._presence.show(server_id, players, most, now)


def is_live(instance: Instance, now: datetime) -> bool:
    """Tell whether an instance is active and its heartbeat was not missed."""
    last = instance.lastHeartbeat
    return instance.status == PluginStatus.ACTIVE and bool(last and now - last < STALE_AFTER)


def _players(instance: Instance) -> int:
    return min(int(instance.activePlayers), int(instance.maxPlayers or 0))


def _values(form: Heartbeat) -> dict[str, Any]:
    values: dict[str, Any] = {
        "activePlayers": form.onlinePlayers,
        "maxPlayers": form.maxPlayers,
        "tps": form.tps,
        "players": call(form.players, form.onlinePlayers),
    }
    return values | ({"serverVersion": form.serverVersion} if form.serverVersion else {})
