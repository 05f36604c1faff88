"""Rules of favourites."""

from collections.abc import Callable, Iterable
from contextlib import suppress

from firstspawn.errors import Unavailable
from firstspawn.favorites.errors import Unchanged
from firstspawn.favorites.repository import FavoriteRepository
from firstspawn.favorites.schemas import FavoriteList, FavoriteView
from firstspawn.kit.clock import Clock, parse_rfc3339
from firstspawn.kit.cursors import Cursors
from firstspawn.kit.dto import Page
from firstspawn.kit.ids import is_ulid
from firstspawn.servers.errors import ServerNotFound
from firstspawn.servers.schemas import ServerView
from firstspawn.servers.service import ServerService
from firstspawn.users.schemas import Caller

_ATTEMPTS = 8


class FavoriteService:
    """Keeps servers for people.

    `cursors` is asked for when a list is: a function without the stack's keys can do the rest.
    """

    def __init__(
        self,
        favorites: FavoriteRepository,
        servers: ServerService,
        clock: Clock,
        cursors: Callable[[], Cursors],
    ) -> None:
        self._favorites, self._servers = favorites, servers
        self._clock, self._cursors = clock, cursors

    def list(self, caller: Caller, page: Page) -> FavoriteList:
        """The caller's, newest first: a query and a read for each 33. Raises BadCursor."""
        query, cursors = {"list": "favorites", "user": caller.userId}, self._cursors()
        below = cursors.read(query, page.cursor)
        found = self._favorites.page(caller.userId, page.limit + 1, below)
        shown, cursor = cursors.cut(query, found, page.limit, lambda one: one[0])
        servers = self._servers.present([server for _, server in shown])
        items = [_view(place, server, servers.get(server)) for place, server in shown]
        return FavoriteList(items=items, nextCursor=cursor)

    def add(self, caller: Caller, server_id: str) -> None:
        """Keep a server, once: one transaction.

        Raises EmailNotVerified, ServerNotFound, TooManyFavorites.
        """
        if not is_ulid(server_id):
            raise ServerNotFound
        with suppress(Unchanged):
            self._favorites.add(caller.userId, server_id, self._clock())

    def remove(self, caller: Caller, server_id: str) -> None:
        """Keep a server no more, whether it was kept or not: one transaction."""
        if is_ulid(server_id):
            with suppress(Unchanged):
                self._favorites.remove(caller.userId, [server_id])

    def kept(self, caller: Caller, server_ids: Iterable[str]) -> set[str]:
        """Which of these servers the caller keeps: one call for each hundred."""
        return self._favorites.kept(caller.userId, server_ids)

    def marked(self, server: ServerView, caller: Caller | None) -> ServerView:
        """A server as somebody sees it who is signed in: one read more than for a guest."""
        if caller is None:
            return server
        return server.model_copy(update={"isFavorite": bool(self.kept(caller, [server.id]))})

    def forget(self, user_id: str) -> None:
        """An account is deleted: it keeps nothing any more, and the counters follow."""
        for _ in range(_ATTEMPTS):
            with suppress(Unchanged):  # they removed one themselves meanwhile: look again
                self._favorites.remove(user_id, self._favorites.all_of(user_id))
                return
        raise Unavailable(code="write_contention", retry_after=1)


def _view(place: str, server_id: str, server: ServerView | None) -> FavoriteView:
    added = parse_rfc3339(place.partition("#")[0])
    return FavoriteView(serverId=server_id, createdAt=added, server=server)
