"""What people see of a server that does not tell a stranger how many play: what its plugins say.

Our own checks come first. What they were told, plugins cannot change; of a server that they see
alive, plugins tell how many play; of one that they never saw, plugins tell both.
"""

from datetime import datetime

from firstspawn.uptime.presence_repository import PresenceRepository, Shown
from firstspawn.uptime.rules import have_moved


class PresenceService:
    """Shows presence."""

    def __init__(self, repository: PresenceRepository) -> None:
        self._statuses = repository

    def show(self, server_id: str, players: int | None, most: int, at: datetime) -> None:
        """Show so many players, or that no plugin is alive any more (None).

        One read; one write if people can see a difference.
        """
        shown = self._statuses.find(server_id, at)
        if shown is None or shown.isTold or (shown.isSeen and not shown.isOnline):
            return
        online = shown.isOnline if shown.isSeen else players is not None
        new = Shown(online, players or 0, most if players is not None else shown.most, shown.source)
        moved = have_moved(shown.players, new.players)
        if moved or (shown.isOnline, shown.most) != (new.isOnline, new.most):
            self._statuses.show(server_id, new, at)
