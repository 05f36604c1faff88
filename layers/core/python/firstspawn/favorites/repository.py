"""All reads and writes of favourites: one comes and goes with its two counters."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from firstspawn.auth.errors import EmailNotVerified
from firstspawn.db import keys, ranges, writes
from firstspawn.favorites.errors import TooManyFavorites, Unchanged
from firstspawn.favorites.models import Favorite, FavoriteCount
from firstspawn.kit.clock import rfc3339
from firstspawn.servers.errors import ServerNotFound
from firstspawn.servers.models import Server
from firstspawn.servers.stats_repository import add_counts
from firstspawn.users.models import User

MOST = 500
_PER_TRANSACTION = 25


def favorite_item(user_id: str, server_id: str, now: datetime) -> Favorite:
    """A favourite as it is stored."""
    return Favorite.at(
        keys.favorite(user_id, server_id), userId=user_id, serverId=server_id, createdAt=now,
        GSI2PK=keys.favorites_by_time(user_id), GSI2SK=f"{rfc3339(now)}#{server_id}",
    )  # fmt: skip


def count_item(user_id: str, number: int) -> FavoriteCount:
    """How many somebody has, as it is stored."""
    return FavoriteCount.at(keys.favorites(user_id), number=number)


class FavoriteRepository:
    """The servers people keep."""

    def add(self, user_id: str, server_id: str, now: datetime) -> None:
        """Keep a server: one transaction of five items.

        An account that may still expire keeps none: nobody would take its counts back. Raises
        Unchanged if it is kept already, EmailNotVerified, ServerNotFound, TooManyFavorites.
        """
        favorite = favorite_item(user_id, server_id, now)
        alive = Server.PK.exists() & Server.deletedAt.does_not_exist()
        room = FavoriteCount.number.does_not_exist() | (FavoriteCount.number < MOST)
        permanent = User.PK.exists() & User.expiresAt.does_not_exist()
        transaction = writes.Transaction()
        transaction.put(favorite, Favorite.absent(now))
        transaction.check(User.at(keys.profile(user_id)), permanent, EmailNotVerified())
        transaction.check(Server.at(keys.server_detail(server_id)), alive, ServerNotFound())
        self._count(transaction, user_id, 1, room, TooManyFavorites(limit=MOST))
        add_counts(transaction, server_id, {"favoriteCount": 1})
        try:
            transaction.commit()
        except writes.ConditionFailed as error:
            raise Unchanged from error

    def remove(self, user_id: str, server_ids: Sequence[str]) -> None:
        """Keep servers no more: one transaction for each 25. Raises Unchanged if one was none."""
        for start in range(0, len(server_ids), _PER_TRANSACTION):
            part = server_ids[start : start + _PER_TRANSACTION]
            transaction = writes.Transaction()
            for one in part:
                favorite = Favorite.at(keys.favorite(user_id, one))
                transaction.delete(favorite, Favorite.PK.exists())
                add_counts(transaction, one, {"favoriteCount": -1})
            self._count(transaction, user_id, -len(part))
            try:
                transaction.commit()
            except writes.ConditionFailed as error:
                raise Unchanged from error

    @staticmethod
    def _count(
        transaction: writes.Transaction,
        user_id: str,
        change: int,
        condition: object = None,
        otherwise: TooManyFavorites | None = None,
    ) -> None:
        count = FavoriteCount.at(keys.favorites(user_id))
        moved = [FavoriteCount.type.set(FavoriteCount), FavoriteCount.number.add(change)]
        transaction.update(count, moved, condition, otherwise)

    def kept(self, user_id: str, server_ids: Iterable[str]) -> set[str]:
        """Which of these servers a user keeps: one call for each hundred."""
        wanted = {tuple(keys.favorite(user_id, one)) for one in server_ids}
        return {one.serverId for one in Favorite.batch_get(wanted)} if wanted else set()

    def all_of(self, user_id: str) -> list[str]:
        """Every server a user keeps, consistently: one query."""
        prefix = keys.favorite(user_id, "")
        found = Favorite.query(prefix.pk, Favorite.SK.startswith(prefix.sk), consistent_read=True)
        return [one.serverId for one in found]

    def page(self, user_id: str, limit: int, below: str | None) -> list[tuple[str, str]]:
        """Servers a user keeps, the newest first, as (place, server): one query."""
        index = Favorite.index2.Meta.index_name
        stretch = ranges.Stretch(index, keys.favorites_by_time(user_id))
        found = ranges.read([stretch], limit, below)
        return [(one.place, one.place.rpartition("#")[2]) for one in found]
