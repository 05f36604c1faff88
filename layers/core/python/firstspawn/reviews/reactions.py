"""What reviews do because of changes: follow votes and playtime, and forget people.

Each handler reads again how things stand and writes under the condition that they still do, so
that being told twice, late or out of order ends the same.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from firstspawn.kit.clock import Clock
from firstspawn.reactions.schemas import Happening
from firstspawn.reviews.errors import Stale
from firstspawn.reviews.ids import Pair, read_id
from firstspawn.reviews.order_repository import OrderRepository
from firstspawn.reviews.repository import ReviewRepository
from firstspawn.reviews.service import ATTEMPTS, contention
from firstspawn.reviews.verification import Minutes, is_news, is_verified
from firstspawn.reviews.vote_repository import VoteRepository

_PAGE = 100


class ReviewReactions:
    """Handlers of happenings."""

    def __init__(
        self,
        reviews: ReviewRepository,
        orders: OrderRepository,
        votes: VoteRepository,
        minutes: Minutes,
        clock: Clock,
    ) -> None:
        self._reviews, self._orders, self._votes = reviews, orders, votes
        self._minutes, self._clock = minutes, clock

    def follow_vote(self, happening: Happening) -> None:
        """`review.voted {reviewId}`: put the review's entry where it now belongs."""
        self._follow(happening.data["reviewId"])

    def follow_change(self, happening: Happening) -> None:
        """`review.changed {id}`: likewise."""
        self._follow(happening.data["id"])

    def forget(self, happening: Happening) -> None:
        """`review.deleted {id, createdAt}`: remove its votes and earlier texts."""
        self._votes.forget(happening.data["id"], happening.data["createdAt"])

    def check_playtime(self, happening: Happening) -> None:
        """`playtime.changed {userId, serverId}`: verify a review, or verify it no more."""
        pair = Pair(happening.data["serverId"], happening.data["userId"])
        self._until_current(lambda: self._check_playtime(pair))

    def verify_new(self, happening: Happening) -> None:
        """`review.written {id}`: verify one whose playtime came between its reads and its write."""
        pair = read_id(happening.data["id"])
        review = self._reviews.find(pair, self._clock(), consistent=True)
        if review is not None and not review.isVerified:
            self._until_current(lambda: self._check_playtime(pair))

    def lose_author(self, user_id: str) -> None:
        """An account is deleted: what they wrote stays, by nobody, without its earlier texts."""
        page = self._reviews.written_by(user_id, _PAGE, None)
        while page:
            for _, pair in page:
                self._until_current(partial(self._lose_author, pair))
            page = self._reviews.written_by(user_id, _PAGE, page[-1][0])

    def _follow(self, review_id: str) -> None:
        pair = read_id(review_id)
        self._until_current(lambda: self._orders.follow(pair, self._clock()))

    def _check_playtime(self, pair: Pair) -> None:
        now = self._clock()
        review = self._reviews.find(pair, now, consistent=True)
        if review is None:
            return
        minutes = self._minutes(pair.userId, pair.serverId)
        verified = is_verified(minutes)
        if verified != review.isVerified:
            values = {"isVerified": verified, "verifiedPlaytime": minutes or None}
            self._reviews.change(review, values, now)
        elif is_news(int(review.verifiedPlaytime or 0), minutes):
            self._reviews.note_playtime(review, minutes)

    def _lose_author(self, pair: Pair) -> None:
        now = self._clock()
        review = self._reviews.find(pair, now, consistent=True)
        if review is not None and not review.authorDeleted:
            self._reviews.change(review, {"authorDeleted": True}, now)
        if review is not None:
            self._reviews.forget_texts(review)

    @staticmethod
    def _until_current(act: Callable[[], None]) -> None:
        for _ in range(ATTEMPTS):
            with suppress(Stale):
                act()
                return
        raise contention()
