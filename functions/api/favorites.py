"""Favourites: the servers somebody keeps."""

from firstspawn.auth.errors import EmailNotVerified
from firstspawn.favorites.errors import TooManyFavorites
from firstspawn.favorites.schemas import FavoriteList
from firstspawn.kit.dto import Page
from firstspawn.ratelimit.policies import FAVORITES
from firstspawn.servers.errors import ServerNotFound
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("favorites")


@routes.get("/favorites", access=Access.USER)
def list_favorites(request: Request, query: Page) -> FavoriteList:
    """List the servers you keep, the newest first."""
    return container().favorites.list(request.user, query)


@routes.post(
    "/favorites/{server}",
    access=Access.USER,
    limit=FAVORITES,
    status=204,
    errors=(EmailNotVerified, ServerNotFound, TooManyFavorites),
)
def add_favorite(request: Request, server: str) -> None:
    """Keep a server, by its id; once more changes nothing."""
    container().favorites.add(request.user, server)


@routes.delete("/favorites/{server}", access=Access.USER, limit=FAVORITES)
def remove_favorite(request: Request, server: str) -> None:
    """Keep a server no more, whether you kept it or not."""
    container().favorites.remove(request.user, server)
