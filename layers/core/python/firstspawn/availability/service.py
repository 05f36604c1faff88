"""Planned maintenance: announced by owners, excused by the rounds."""

from datetime import UTC, datetime

from firstspawn.availability import windows
from firstspawn.availability.errors import MaintenanceNotFound
from firstspawn.availability.repository import AvailabilityRepository
from firstspawn.availability.schemas import MaintenanceList, PlanMaintenance
from firstspawn.kit.clock import Clock, epoch
from firstspawn.servers.service import Noting, ServerService, staffs
from firstspawn.uptime.maintenance import MaintenanceWindow, Window, windows_of
from firstspawn.users.schemas import Caller


class MaintenanceService:
    """Plans, lists and cancels windows of maintenance."""

    def __init__(
        self, repository: AvailabilityRepository, servers: ServerService, clock: Clock
    ) -> None:
        self._windows, self._servers, self._clock = repository, servers, clock

    def list(self, id_or_slug: str) -> MaintenanceList:
        """A server's windows: two reads, three by slug. Raises ServerNotFound."""
        server, _ = self._servers.get(id_or_slug)
        status = self._windows.status(server.id, self._clock())
        known = windows.kept(windows_of(status.maintenance), self._minute())
        return MaintenanceList(items=[window.view() for window in known])

    def plan(
        self, caller: Caller, id_or_slug: str, form: PlanMaintenance, note: Noting | None = None
    ) -> MaintenanceWindow:
        """Announce a window: two reads (three by slug), one transaction of two items.

        Raises ServerNotFound, NotTheOwner, Invalid, MaintenanceOverlaps, MaintenanceExhausted,
        ChangedMeanwhile.
        """
        new = Window(_minute_of(form.begins), _minute_of(form.ends))
        server = self._servers.editable(caller, id_or_slug)
        status = self._windows.status(server.id, self._clock())
        known = windows_of(status.maintenance)
        kept = windows.planned(known, new, self._minute())
        self._windows.save(status, kept, staffs(caller, server, note))
        return new.view()

    def cancel(
        self, caller: Caller, id_or_slug: str, window: str, note: Noting | None = None
    ) -> None:
        """Cancel a window to come, or end one that is under way, at the costs of planning it.

        Raises ServerNotFound, NotTheOwner, MaintenanceNotFound, ChangedMeanwhile.
        """
        server = self._servers.editable(caller, id_or_slug)
        status = self._windows.status(server.id, self._clock())
        if not (window.isascii() and window.isdigit()) or len(window) > len(str(2**32)):
            raise MaintenanceNotFound
        known = windows_of(status.maintenance)
        kept = windows.cancelled(known, int(window), self._minute())
        self._windows.save(status, kept, staffs(caller, server, note))

    def _minute(self) -> int:
        return epoch(self._clock()) // 60


def _minute_of(given: datetime) -> int:
    return epoch(given.replace(tzinfo=given.tzinfo or UTC)) // 60
