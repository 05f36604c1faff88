"""Servers' entries: listing, reading, editing, removing."""

from firstspawn.kit.dto import Page
from firstspawn.servers.errors import (
    AddressChangedTooOften,
    NotTheOwner,
    ServerLimitReached,
    ServerNotFound,
    SlugTaken,
)
from firstspawn.servers.schemas import RegisterServer, ServerList, ServerView, UpdateServer
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes
from functions.http.staff import noting_others

routes = Routes("servers")


@routes.post(
    "/servers",
    access=Access.USER,
    verified=True,
    status=201,
    returns=ServerView,
    errors=(SlugTaken, ServerLimitReached),
)
def register_server(request: Request, body: RegisterServer) -> Reply:
    """List a server. It is checked for the first time within a minute."""
    server, version = container().server_registration.register(request.user, body)
    return Reply(server, version=version, headers={"Location": f"/api/v1/servers/{server.id}"})


@routes.get(
    "/servers/{server}",
    access=Access.GUEST,
    returns=ServerView,
    errors=(ServerNotFound,),
    cache="public, max-age=15",
)
def get_server(request: Request, server: str) -> Reply:
    """Get a server, by id or slug; whether it is among your favourites, if you are signed in."""
    found, version = container().servers.get(server)
    if request.method == "GET":
        container().view_counter.count(found.id, found.ownerId, request.caller)
    return Reply(container().favorites.marked(found, request.caller), version=version)


@routes.patch(
    "/servers/{server}",
    access=Access.OWNER,
    verified=True,
    returns=ServerView,
    errors=(ServerNotFound, NotTheOwner, SlugTaken, AddressChangedTooOften),
)
def update_server(request: Request, server: str, body: UpdateServer) -> Reply:
    """Edit a server. Honours `If-Match`. A former slug leads here for 30 more days."""
    expected = request.expected_version
    note = noting_others(request, "server.edit", {"fields": sorted(body.model_fields_set)})
    changed, version = container().servers.update(request.user, server, body, expected, note)
    return Reply(changed, version=version)


@routes.delete("/servers/{server}", access=Access.OWNER, errors=(ServerNotFound, NotTheOwner))
def delete_server(request: Request, server: str) -> None:
    """Remove a server. Honours `If-Match`. Its slug stays reserved for 30 days."""
    note = noting_others(request, "server.delete")
    container().servers.delete(request.user, server, request.expected_version, note)


@routes.get("/users/me/servers", access=Access.USER)
def list_own_servers(request: Request, query: Page) -> ServerList:
    """List your own servers, newest first."""
    return container().servers.mine(request.user, query)
