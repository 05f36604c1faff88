"""A server's state and the graphs of its uptime."""

from firstspawn.kit.ids import is_ulid
from firstspawn.uptime.errors import StatusNotFound
from firstspawn.uptime.schemas import StatusView, UptimeGraph, UptimeQuery
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

routes = Routes("servers")


def _id_of(server: str) -> str:
    """The id behind a slug, which takes two reads more. Raises the servers' ServerNotFound."""
    return server if is_ulid(server) else container().servers.get(server)[0].id


@routes.get(
    "/servers/{server}/status",
    access=Access.GUEST,
    returns=StatusView,
    errors=(StatusNotFound,),
    cache="public, max-age=30",
)
def get_server_status(request: Request, server: str) -> Reply:  # noqa: ARG001
    """Get a server's state, by id or slug."""
    status, version = container().uptime.status(_id_of(server))
    return Reply(status, version=version)


@routes.get(
    "/servers/{server}/uptime",
    access=Access.GUEST,
    errors=(StatusNotFound,),
    cache="public, max-age=60",
)
def get_server_uptime(request: Request, server: str, query: UptimeQuery) -> UptimeGraph:  # noqa: ARG001
    """Get a server's checks one by one (6h), by hour (24h, 7d) or by day (30d, 90d, 1y)."""
    return container().uptime.graph(_id_of(server), query.range)
