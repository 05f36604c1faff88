"""Servers' states for other people's pages."""

from urllib.parse import urlsplit

from pydantic import Field

from firstspawn.kit.dto import Query
from firstspawn.servers.cards import Metric, badge, card
from firstspawn.servers.errors import ServerNotFound
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

routes = Routes("servers")
_CACHED = "public, max-age=60"


class BadgeQuery(Query):
    """What the badge shows."""

    metric: Metric = Field(Metric.PLAYERS, description="players, status, uptime or rating")


@routes.get(
    "/servers/{server}/badge.svg", access=Access.GUEST, errors=(ServerNotFound,), cache=_CACHED
)
def get_badge(request: Request, server: str, query: BadgeQuery) -> Reply:  # noqa: ARG001
    """Get a badge (SVG) of a server's state, to be shown anywhere."""
    found, _ = container().servers.get(server)
    return Reply(badge(found, query.metric), headers={"Content-Type": "image/svg+xml"})


@routes.get("/servers/{server}/embed", access=Access.GUEST, errors=(ServerNotFound,), cache=_CACHED)
def get_embed(request: Request, server: str) -> Reply:  # noqa: ARG001
    """Get a small page (HTML) with a server's state, for an iframe on any site."""
    found, _ = container().servers.get(server)
    settings = container().settings
    media = urlsplit(settings.media_url)
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {media.scheme}://{media.netloc}; "
        "frame-ancestors *"
    )
    page = card(found, f"{settings.frontend_url.rstrip('/')}/servers/{found.slug}")
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
    return Reply(page, headers=headers)
