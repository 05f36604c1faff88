"""Reads and writes of statuses that plugins have a say in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstspawn.db import keys, writes
from firstspawn.uptime.models import ServerStatus
from firstspawn.uptime.state import SOURCE_PLUGIN


@dataclass(frozen=True, slots=True)
class Word:
    """What plugins tell of a server: `players` is None if none is alive.

    `isSeen`: our checks saw it, so `isOnline` is theirs.
    """

    isOnline: bool
    isSeen: bool
    players: int | None
    most: int


class PresenceRepository:
    """Statuses, as far as plugins tell of them."""

    def find(self, server_id: str, now: datetime, *, consistent: bool = False) -> Word | None:
        """What plugins told last: one read. None without such a server."""
        status = ServerStatus.find(keys.server_status(server_id), now, consistent=consistent)
        if status is None:
            return None
        players = status.pluginPlayers
        return Word(
            bool(status.isOnline), status.source not in {None, SOURCE_PLUGIN},
            None if players is None else int(players), int(status.pluginMost or 0),
        )  # fmt: skip

    def show(self, server_id: str, new: Word, at: datetime) -> bool:
        """One write; refused (False) of what our checks never saw if they did, or a later word
        came, meanwhile."""
        told = ServerStatus.pluginPlayers
        actions: list[Any] = [
            told.remove() if new.players is None else told.set(new.players),
            ServerStatus.pluginMost.set(new.most),
            ServerStatus.version.add(1),
        ]
        condition: Any = ServerStatus.PK.exists()
        if not new.isSeen:
            actions += [
                ServerStatus.isOnline.set(new.isOnline),
                ServerStatus.checkedAt.set(at),
                ServerStatus.source.set(SOURCE_PLUGIN),
                # Our checks were told nothing, whatever an older version wrote there.
                ServerStatus.playerCount.set(0),
                ServerStatus.maxPlayers.set(0),
                # Offline is only written of what was online until now.
                ServerStatus.lastOnlineAt.set(at),
            ]
            if new.isOnline:
                absence = ("absenceStage", "unreachableSince", "isUnlisted")
                actions += [getattr(ServerStatus, name).remove() for name in absence]
            nobody = ServerStatus.source.does_not_exist() | (ServerStatus.source == SOURCE_PLUGIN)
            earlier = ServerStatus.checkedAt.does_not_exist() | (ServerStatus.checkedAt < at)
            condition &= nobody & earlier
        status = ServerStatus.at(keys.server_status(server_id))
        try:
            writes.update(status, actions, condition)
        except writes.ConditionFailed:
            return False
        return True
