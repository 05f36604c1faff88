"""What admins alone see and do."""

from firstspawn.audit.schemas import AuditList, AuditQuery
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("admin")


@routes.get("/admin/audit", access=Access.ADMIN)
def list_audit(request: Request, query: AuditQuery) -> AuditList:  # noqa: ARG001
    """List what the staff did, the newest first: of a month, an actor or a subject."""
    return container().audit.list(query)
