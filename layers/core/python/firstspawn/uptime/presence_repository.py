"""Reads and writes of statuses that plugins have a say in."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstspawn.db import keys, writes
from firstspawn.uptime.models import ServerStatus
from firstspawn.uptime.state import SOURCE_ALIVE, SOURCE_PLUGIN, SOURCE_TOLD


@dataclass(frozen=True, slots=True)
class Shown:
    """What people see, and who knows how many play."""

    isOnline: bool
    players: int
    most: int
    source: str | None

    @property
    def isTold(self) -> bool:  # noqa: N802 -- beside the attributes
        """Our checks are told how many play."""
        return self.source == SOURCE_TOLD

    @property
    def isSeen(self) -> bool:  # noqa: N802
        """Our checks see whether it lives."""
        return self.source == SOURCE_ALIVE


class PresenceRepository:
    """Statuses of servers that no ping is told the players of."""

    def find(self, server_id: str, now: datetime) -> Shown | None:
        """One read."""
        status = ServerStatus.find(keys.server_status(server_id), now)
        if status is None:
            return None
        return Shown(
            bool(status.isOnline), int(status.playerCount), int(status.maxPlayers), status.source
        )

    def show(self, server_id: str, new: Shown, at: datetime) -> None:
        """One write; none if our checks learnt more, or a later word came, meanwhile."""
        actions: list[Any] = [
            ServerStatus.playerCount.set(new.players),
            ServerStatus.maxPlayers.set(new.most),
            ServerStatus.version.add(1),
        ]
        condition: Any = ServerStatus.PK.exists()
        if new.isSeen:
            condition &= (ServerStatus.source == SOURCE_ALIVE) & (ServerStatus.isOnline == True)  # noqa: E712
        else:
            actions += [
                ServerStatus.isOnline.set(new.isOnline),
                ServerStatus.checkedAt.set(at),
                ServerStatus.source.set(SOURCE_PLUGIN),
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
        with suppress(writes.ConditionFailed):
            writes.update(status, actions, condition)
