"""Reading a server's reviews in an order, and keeping the orders by helpfulness.

Reviews stand in GSI1 by `verified, time` and in GSI2 by `rating, verified, time`; their entries
likewise with points before the time. What a list asks for is then one stretch of an index, or two
that are merged, or for the best rated of the verified alone, five in turn.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from firstspawn.db import keys, ranges, writes
from firstspawn.db.ranges import Stretch
from firstspawn.reviews.errors import Stale
from firstspawn.reviews.ids import Pair
from firstspawn.reviews.models import Review, ReviewEntry
from firstspawn.reviews.repository import entry_of, read_many, set_or_remove, unchanged
from firstspawn.reviews.schemas import ReviewSort

_INDEX1, _INDEX2 = Review.index1.Meta.index_name, Review.index2.Meta.index_name
_STARS = (5, 4, 3, 2, 1)
_CONTENT = "content"
Segment = Sequence[Stretch]


class Position(NamedTuple):
    """Where a list goes on: in which of its segments, below which place."""

    segment: int = 0
    place: str | None = None


def segments(
    server_id: str, sort: ReviewSort, rating: int | None, verified: bool | None
) -> list[Segment]:
    """The parts of a list, to be read one after the other; a part's stretches are merged."""
    kinds = (True, False) if verified is None else (verified,)
    if sort is ReviewSort.RATING:
        by_rating = keys.reviews_by_rating(server_id)
        stars = _STARS if rating is None and verified is not None else (rating,)
        heads = [keys.review_standing(verified, rating=one) for one in stars]
        return [[Stretch(_INDEX2, by_rating, head)] for head in heads]
    helpful = sort is ReviewSort.HELPFUL
    if rating is None:
        index, partitions = _INDEX1, (keys.reviews_by_time, keys.reviews_by_use)
    else:
        index, partitions = _INDEX2, (keys.reviews_by_rating, keys.reviews_by_rating_and_use)
    partition = partitions[helpful](server_id)
    if sort is ReviewSort.VERIFIED:
        return [[Stretch(index, partition, keys.review_standing(verified, rating=rating))]]
    heads = [keys.review_standing(kind, rating=rating) for kind in kinds]
    return [[Stretch(index, partition, head) for head in heads]]


class OrderRepository:
    """A server's reviews in order."""

    def page(
        self, server_id: str, parts: Sequence[Segment], limit: int, start: Position
    ) -> tuple[list[Review], Position | None]:
        """Up to `limit` reviews, and where the list goes on: a query a stretch until it is full.

        Reviews come out of GSI1 whole; those that the other indexes name are read, a hundred a
        call. One that was hidden or deleted before its index knew is left out.
        """
        found: list[tuple[Position, ranges.Placed]] = []
        for number in range(start.segment, len(parts)):
            below = start.place if number == start.segment else None
            placed = ranges.read(parts[number], limit + 1 - len(found), below)
            found += [(Position(number, one.place), one) for one in placed]
            if len(found) > limit:
                break
        shown = found[:limit]
        more = shown[-1][0] if len(found) > limit else None
        return self._reviews(server_id, [one for _, one in shown]), more

    @staticmethod
    def _reviews(server_id: str, placed: Sequence[ranges.Placed]) -> list[Review]:
        if placed and all(_CONTENT in one.attributes for one in placed):
            return [Review.from_raw_data(dict(one.attributes)) for one in placed]
        pairs = [Pair(server_id, one.place.rpartition("#")[2]) for one in placed]
        found = read_many(pairs)
        return [found[pair] for pair in pairs if pair in found and found[pair].isApproved]

    def follow(self, pair: Pair, now: datetime) -> None:
        """Let an entry stand where its review's votes and state put it: two reads, one write.

        Nothing is written if it does. The review must still be as it was read when the entry
        moves, votes included: whatever happens in between tells of itself. Raises Stale.
        """
        review = Review.find(keys.review(*pair), now, consistent=True)
        if review is None:
            return  # its entry went with it
        wanted = entry_of(review)
        entry = ReviewEntry.find(keys.Key(wanted.PK, wanted.SK), now, consistent=True)
        ordering = review.helpful_ordering()
        if entry and all(getattr(entry, name) == value for name, value in ordering.items()):
            return
        counted = (Review.upvotes == review.upvotes) & (Review.downvotes == review.downvotes)
        transaction = writes.Transaction()
        transaction.check(review, unchanged(review) & counted)
        moved = [set_or_remove(ReviewEntry, name, value) for name, value in ordering.items()]
        transaction.update(wanted, moved)  # it is there as long as its review is
        try:
            transaction.commit()
        except writes.ConditionFailed as error:
            raise Stale from error
