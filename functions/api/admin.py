"""What the staff sees and does without a case."""

from firstspawn.audit.schemas import AuditList, AuditQuery
from firstspawn.errors import ChangedMeanwhile
from firstspawn.moderation.errors import Outranked
from firstspawn.moderation.schemas import ChangeListing, ChangeRole
from firstspawn.ratelimit.policies import STAFF
from firstspawn.servers.errors import ServerNotFound
from firstspawn.users.errors import UserNotFound
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes
from functions.http.staff import actor

routes = Routes("admin")


@routes.get("/admin/audit", access=Access.ADMIN)
def list_audit(request: Request, query: AuditQuery) -> AuditList:  # noqa: ARG001
    """List what the staff did, the newest first: of a month, an actor or a subject."""
    return container().audit.list(query)


@routes.patch(
    "/users/{user}/role",
    access=Access.ADMIN,
    fresh=True,
    status=204,
    errors=(UserNotFound, Outranked, ChangedMeanwhile),
    limit=STAFF,
)
def change_role(request: Request, user: str, body: ChangeRole) -> None:
    """Make somebody a moderator, an admin, or neither; it counts at once. Not yourself."""
    container().staff.set_role(actor(request), user, body)


@routes.patch(
    "/moderation/servers/{server}",
    access=Access.MODERATOR,
    status=204,
    errors=(ServerNotFound, Outranked),
    limit=STAFF,
)
def change_listing(request: Request, server: str, body: ChangeListing) -> None:
    """Recommend a server (`isFeatured`), or do not any more; never your own."""
    container().staff.feature(actor(request), server, body)
