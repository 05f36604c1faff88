"""Lists of reviews: a server's in the order asked for, a person's own."""

from collections.abc import Sequence

from firstspawn.kit.cursors import Cursors
from firstspawn.reviews.order_repository import OrderRepository, Position, segments
from firstspawn.reviews.repository import Found, ReviewRepository, read_many
from firstspawn.reviews.schemas import (
    ReviewList,
    ReviewQuery,
    ReviewView,
    WrittenQuery,
    WrittenSort,
)
from firstspawn.reviews.views import view
from firstspawn.reviews.vote_repository import VoteRepository
from firstspawn.servers.service import ServerService
from firstspawn.users.schemas import Caller
from firstspawn.users.service import UserService

_LOOKED_THROUGH = 100


class ReviewLists:
    """Lists reviews, with their authors and the caller's votes: a read of each for the page."""

    def __init__(
        self,
        reviews: ReviewRepository,
        orders: OrderRepository,
        votes: VoteRepository,
        servers: ServerService,
        users: UserService,
        cursors: Cursors,
    ) -> None:
        self._reviews, self._orders, self._votes = reviews, orders, votes
        self._servers, self._users, self._cursors = servers, users, cursors

    def of_server(self, server: str, query: ReviewQuery, caller: Caller | None) -> ReviewList:
        """A server's reviews that are not hidden. Raises ServerNotFound, BadCursor.

        A page may be shorter than asked for where a review changed just now. While one moves in
        its order, by a vote say, it can be on two pages or none.
        """
        asked = query.model_dump(exclude={"limit", "cursor"})
        server_id = self._servers.get(server)[0].id
        bound = {"list": "reviews", "server": server_id, **asked}
        position = self._cursors.read(bound, query.cursor)
        start = Position(*position) if position else Position()
        parts = segments(server_id, query.sort, query.rating, query.verified)
        found, more = self._orders.page(server_id, parts, query.limit, start)
        cursor = self._cursors.write(bound, list(more)) if more else None
        # The orders by helpfulness follow behind the stream: what they name may have changed.
        fitting = [one for one in found if _fits(one, query)]
        return ReviewList(items=self._views(fitting, caller), nextCursor=cursor)

    def of_user(self, user: str, query: WrittenQuery, caller: Caller | None) -> ReviewList:
        """What somebody has written, by time; what is hidden, to themselves alone.

        `user` is an id or a name. With a filter one call looks through a hundred reviews and no
        more, so that a page may be short, or empty, and yet go on. Raises UserNotFound, BadCursor.
        """
        author = self._users.public(user)[0].id
        asked = query.model_dump(exclude={"limit", "cursor"})
        bound = {"list": "reviews", "user": author, **asked}
        after = self._cursors.read(bound, query.cursor)
        is_filtered = query.rating is not None or query.verified is not None
        most = _LOOKED_THROUGH if is_filtered else query.limit
        newest_first = query.sort is WrittenSort.NEWEST
        written = self._reviews.written_by(author, most + 1, after, newest_first=newest_first)
        found = read_many(pair for _, pair in written[:most])
        own = caller is not None and caller.userId == author
        fitting = [
            (position, found[pair])
            for position, pair in written[:most]
            if pair in found and (own or found[pair].isApproved) and _fits(found[pair], query)
        ]
        shown, cursor = self._cursors.cut(bound, fitting, query.limit, lambda one: one[0])
        if cursor is None and len(written) > most:
            cursor = self._cursors.write(bound, written[most - 1][0])
        return ReviewList(items=self._views([one for _, one in shown], caller), nextCursor=cursor)

    def _views(self, reviews: Sequence[Found], caller: Caller | None) -> list[ReviewView]:
        authors = self._users.public_many({one.userId for one in reviews})
        votes = self._votes.of(caller.userId, reviews) if caller else {}
        return [view(one, authors.get(one.userId), votes.get(one.id)) for one in reviews]


def _fits(review: Found, query: ReviewQuery | WrittenQuery) -> bool:
    rated = query.rating in (None, review.rating)
    return rated and query.verified in (None, review.isVerified)
