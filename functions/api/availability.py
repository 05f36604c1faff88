"""Planned maintenance of servers."""

from firstspawn.availability.errors import (
    MaintenanceExhausted,
    MaintenanceNotFound,
    MaintenanceOverlaps,
)
from firstspawn.availability.schemas import MaintenanceList, PlanMaintenance
from firstspawn.errors import ChangedMeanwhile
from firstspawn.servers.errors import NotTheOwner, ServerNotFound
from firstspawn.uptime.maintenance import MaintenanceWindow
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes
from functions.http.staff import noting_others

routes = Routes("servers")


@routes.get(
    "/servers/{server}/maintenance",
    access=Access.GUEST,
    errors=(ServerNotFound,),
    cache="public, max-age=60",
)
def list_maintenance(request: Request, server: str) -> MaintenanceList:  # noqa: ARG001
    """List a server's planned maintenance: the last 30 days', and what is to come."""
    return container().maintenance.list(server)


@routes.post(
    "/servers/{server}/maintenance",
    access=Access.OWNER,
    verified=True,
    status=201,
    errors=(
        ServerNotFound, NotTheOwner, MaintenanceOverlaps, MaintenanceExhausted, ChangedMeanwhile,
    ),
)  # fmt: skip
def plan_maintenance(request: Request, server: str, body: PlanMaintenance) -> MaintenanceWindow:
    """Announce maintenance: checks missed in it do not count against the server.

    30 days hold ten windows at most, and 24 hours of maintenance.
    """
    note = noting_others(request, "server.maintenance", body.model_dump(mode="json"))
    return container().maintenance.plan(request.user, server, body, note)


@routes.delete(
    "/servers/{server}/maintenance/{window}",
    access=Access.OWNER,
    errors=(ServerNotFound, NotTheOwner, MaintenanceNotFound, ChangedMeanwhile),
)
def cancel_maintenance(request: Request, server: str, window: str) -> None:
    """Cancel maintenance that is to come, or end it if it is under way."""
    note = noting_others(request, "server.maintenance_cancel", {"window": window})
    container().maintenance.cancel(request.user, server, window, note)
