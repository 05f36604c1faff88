"""Rules of votes: one of each person on each review, never on one's own."""

from contextlib import suppress

from firstspawn.kit.clock import Clock
from firstspawn.reviews.errors import OwnReview, ReviewNotFound, Stale
from firstspawn.reviews.ids import read_id
from firstspawn.reviews.schemas import VoteView
from firstspawn.reviews.service import ATTEMPTS, contention
from firstspawn.reviews.vote_repository import VoteRepository
from firstspawn.users.schemas import Caller


class VoteService:
    """Takes votes."""

    def __init__(self, votes: VoteRepository, clock: Clock) -> None:
        self._votes, self._clock = votes, clock

    def cast(self, caller: Caller, review_id: str, wanted: bool | None) -> VoteView:
        """Vote, change one's vote, or take it back (None): two reads, one transaction.

        The same once more changes nothing. Where the review stands by helpfulness follows behind
        the table's stream. Raises ReviewNotFound, OwnReview, Unavailable.
        """
        pair = read_id(review_id)
        if pair.userId == caller.userId:
            raise OwnReview
        for _ in range(ATTEMPTS):
            now = self._clock()
            review, vote = self._votes.read(pair, caller.userId, now)
            if not review.isApproved:
                raise ReviewNotFound
            up = int(review.upvotes) + (wanted is True) - (vote is True)
            down = int(review.downvotes) + (wanted is False) - (vote is False)
            answer = VoteView(reviewId=review.id, myVote=wanted, upvotes=up, downvotes=down)
            if vote == wanted:
                return answer
            with suppress(Stale):
                self._votes.change(review, caller.userId, vote, wanted, now)
                return answer
        raise contention()
