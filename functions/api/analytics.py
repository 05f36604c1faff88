"""What owners see of their servers over time."""

from firstspawn.analytics.schemas import AnalyticsQuery, ServerAnalytics
from firstspawn.servers.errors import NotTheOwner, ServerNotFound
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("analytics")


@routes.get(
    "/analytics/servers/{server}", access=Access.OWNER, errors=(ServerNotFound, NotTheOwner)
)
def get_server_analytics(request: Request, server: str, query: AnalyticsQuery) -> ServerAnalytics:
    """Get your server's views, reviews, favourites and players by day, by id or slug."""
    return container().analytics.of(request.user, server, query)
