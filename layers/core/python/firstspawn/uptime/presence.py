"""What people see of a server that cannot be asked: what its plugins say.

A server's status has one author at a time. Once a check of ours was answered, plugins' word is
not shown any more: their numbers are claims.
"""

from datetime import datetime

from firstspawn.uptime.presence_repository import PresenceRepository
from firstspawn.uptime.rules import have_moved


class PresenceService:
    """Shows presence."""

    def __init__(self, repository: PresenceRepository) -> None:
        self._statuses = repository

    def show(self, server_id: str, players: int | None, most: int, at: datetime) -> None:
        """Show a server as online with so many players, or as offline (None).

        One read; one write if people can see a difference.
        """
        shown = self._statuses.find(server_id, at)
        if shown is None or not shown.isOurs:
            return
        online, count = players is not None, players or 0
        changed = shown.isOnline != online or have_moved(shown.players, count)
        if changed or (online and shown.most != most):
            self._statuses.show(server_id, count, most, at, online=online)
