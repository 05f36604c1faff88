"""Reads and writes of statuses whose author is a plugin."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstspawn.db import keys, writes
from firstspawn.uptime.models import PLUGIN_SOURCE, ServerStatus


@dataclass(frozen=True, slots=True)
class Shown:
    """What people see now. `isOurs`: no check of ours was answered, so plugins may tell."""

    isOnline: bool
    players: int
    most: int
    isOurs: bool


class PresenceRepository:
    """Statuses of servers that no ping sees."""

    def find(self, server_id: str, now: datetime) -> Shown | None:
        """One read."""
        status = ServerStatus.find(keys.server_status(server_id), now)
        if status is None:
            return None
        ours = status.source == PLUGIN_SOURCE or status.lastOnlineAt is None
        return Shown(bool(status.isOnline), int(status.playerCount), int(status.maxPlayers), ours)

    def show(self, server_id: str, players: int, most: int, at: datetime, *, online: bool) -> None:
        """One write; none that counts if a check was answered, or a later word came, meanwhile."""
        actions: list[Any] = [
            ServerStatus.isOnline.set(online),
            ServerStatus.playerCount.set(players),
            ServerStatus.checkedAt.set(at),
            ServerStatus.source.set(PLUGIN_SOURCE),
            ServerStatus.version.add(1),
        ]
        if online:
            actions += [ServerStatus.maxPlayers.set(most), ServerStatus.lastOnlineAt.set(at)]
        ours = (ServerStatus.source == PLUGIN_SOURCE) | ServerStatus.lastOnlineAt.does_not_exist()
        earlier = ServerStatus.checkedAt.does_not_exist() | (ServerStatus.checkedAt < at)
        status = ServerStatus.at(keys.server_status(server_id))
        with suppress(writes.ConditionFailed):
            writes.update(status, actions, ServerStatus.PK.exists() & ours & earlier)
