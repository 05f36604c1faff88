"""Playtime, for who played, for owners of servers, and for moderators."""

from firstspawn.errors import Unavailable
from firstspawn.kit.dto import Page
from firstspawn.moderation.errors import Outranked
from firstspawn.playtime.errors import AlreadyDecided, AnomalyNotFound
from firstspawn.playtime.schemas import (
    AnomalyList,
    AnomalyView,
    Decision,
    PlayedList,
    VerdictList,
    VerdictQuery,
)
from firstspawn.ratelimit.policies import STAFF
from firstspawn.servers.errors import NotTheOwner, ServerNotFound
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes
from functions.http.staff import actor

routes = Routes("playtime")

_OWNERS = (ServerNotFound, NotTheOwner)


@routes.get("/users/me/playtime", access=Access.USER)
def list_own_playtime(request: Request, query: Page) -> PlayedList:
    """List your verified playtime by server: what the players you linked have there."""
    return container().verified_playtime.mine(request.user, query)


@routes.get("/servers/{server}/playtime/verdicts", access=Access.OWNER, errors=_OWNERS)
def list_verdicts(request: Request, server: str, query: VerdictQuery) -> VerdictList:
    """List what became of each interval your server reported on a day (UTC), report by report."""
    return container().playtime_anomalies.verdicts(request.user, server, query)


@routes.get("/servers/{server}/playtime/anomalies", access=Access.OWNER, errors=_OWNERS)
def list_anomalies(request: Request, server: str, query: Page) -> AnomalyList:
    """List what was odd about your server's reports, and the time that waits for a moderator."""
    return container().playtime_anomalies.of_server(request.user, server, query)


@routes.get("/moderation/playtime/anomalies", access=Access.MODERATOR)
def list_held_playtime(request: Request, query: Page) -> AnomalyList:  # noqa: ARG001
    """List the playtime that waits for a decision, the oldest first."""
    return container().playtime_anomalies.waiting(query)


@routes.post(
    "/moderation/servers/{server}/playtime/anomalies/{anomaly}",
    access=Access.MODERATOR,
    errors=(AnomalyNotFound, AlreadyDecided, Outranked, Unavailable),
    limit=STAFF,
)
def decide_anomaly(request: Request, server: str, anomaly: str, body: Decision) -> AnomalyView:
    """Count what was held, or never; not on your own server. `server` is the server's id."""
    return container().playtime_anomalies.decide(actor(request), server, anomaly, body)
