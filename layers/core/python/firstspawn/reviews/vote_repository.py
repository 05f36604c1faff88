"""All reads and writes of votes: a vote and its review's counters move together."""

from collections.abc import Iterable
from datetime import datetime

from firstspawn.db import keys, writes
from firstspawn.db.item import Item
from firstspawn.kit.clock import rfc3339
from firstspawn.reviews.errors import ReviewNotFound, Stale
from firstspawn.reviews.ids import Pair
from firstspawn.reviews.models import Review, ReviewText, ReviewVote


def vote_item(review: Review, voter_id: str, upvote: bool, now: datetime) -> ReviewVote:
    """A vote as it is stored."""
    return ReviewVote.at(
        keys.review_vote(review.id, review.since, voter_id),
        reviewId=review.id, voterId=voter_id, isUpvote=upvote, createdAt=now,
        GSI2PK=keys.votes_of(voter_id), GSI2SK=f"{rfc3339(now)}#{review.id}",
    )  # fmt: skip


class VoteRepository:
    """What people think of reviews."""

    def read(self, pair: Pair, voter_id: str, now: datetime) -> tuple[Review, bool | None]:
        """A review as it is, and what somebody thinks of it: two consistent reads.

        Raises ReviewNotFound.
        """
        review = Review.find(keys.review(*pair), now, consistent=True)
        if review is None:
            raise ReviewNotFound
        key = keys.review_vote(review.id, review.since, voter_id)
        vote = ReviewVote.find(key, now, consistent=True)
        return review, vote.isUpvote if vote else None

    def of(self, voter_id: str, reviews: Iterable[Review]) -> dict[str, bool]:
        """What somebody thinks of each of these, by review: one call for each hundred."""
        wanted = [tuple(keys.review_vote(one.id, one.since, voter_id)) for one in reviews]
        found = ReviewVote.batch_get(wanted) if wanted else ()
        return {vote.reviewId: vote.isUpvote for vote in found}

    def change(
        self, review: Review, voter_id: str, old: bool | None, new: bool | None, now: datetime
    ) -> None:
        """Make a vote `new` (None: no vote) that is `old`: one transaction of two items.

        Nobody's own review, none that is hidden, and none that was written anew since it was
        read. Raises ReviewNotFound for those, and Stale if the vote is not `old` any more.
        """
        vote = vote_item(review, voter_id, bool(new), now)
        as_read = ReviewVote.absent(now) if old is None else ReviewVote.isUpvote == old
        votable = (Review.isApproved == True) & (Review.userId != voter_id)  # noqa: E712
        same = Review.createdAt == review.createdAt
        transaction = writes.Transaction()
        counted = [
            Review.upvotes.add((new is True) - (old is True)),
            Review.downvotes.add((new is False) - (old is False)),
        ]
        transaction.update(review, counted, votable & same, ReviewNotFound())
        if new is None:
            transaction.delete(vote, as_read)
        else:
            transaction.put(vote, as_read)
        try:
            transaction.commit()
        except writes.ConditionFailed as error:
            raise Stale from error

    def forget(self, review_id: str, since: str) -> None:
        """Remove the votes on a review that is gone, and its earlier texts: pages and batches."""
        partition = keys.review_vote(review_id, since, "").pk
        with Item.batch_write() as batch:
            for kind in (ReviewVote, ReviewText):
                for item in kind.query(partition, attributes_to_get=["PK", "SK", "type"]):
                    batch.delete(item)
