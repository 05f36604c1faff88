"""What somebody thinks of a review, and the check that they still do."""

from datetime import datetime

from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.reviews.errors import ReviewNotFound
from firstspawn.reviews.ids import Pair
from firstspawn.reviews.models import Review, ReviewVote
from firstspawn.reviews.vote_repository import VoteRepository


class VoteWitness:
    """Votes as causes of reputation."""

    def __init__(self, votes: VoteRepository) -> None:
        self._votes = votes

    def read(self, pair: Pair, voter_id: str, now: datetime) -> tuple[bool | None, writes.Extend]:
        """A vote (None: none, or its review is gone), and what demands that it is still so.

        Two reads. The transaction then raises ChangedMeanwhile.
        """
        try:
            review, vote = self._votes.read(pair, voter_id, now)
        except ReviewNotFound:
            gone = Review.at(keys.review(*pair))
            absent = Review.absent(now)
            return None, lambda one: one.check(gone, absent, ChangedMeanwhile())
        item = ReviewVote.at(keys.review_vote(review.id, review.since, voter_id))
        same = ReviewVote.absent(now) if vote is None else ReviewVote.isUpvote == vote
        return vote, lambda one: one.check(item, same, ChangedMeanwhile())
