"""What opens a websocket."""

from firstspawn.apitokens.scopes import Scope
from firstspawn.connections.schemas import TicketGrant
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("realtime")


@routes.post("/ws/ticket", access=Access.USER, status=201, scope=Scope.REALTIME_READ)
def create_ticket(request: Request) -> TicketGrant:
    """Get a ticket for one websocket: connect to `url` with `?ticket=` within 60 seconds."""
    return container().connections.issue_ticket(request.user)
