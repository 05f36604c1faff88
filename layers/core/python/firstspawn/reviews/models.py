"""The items of reviews.

A review carries its orderings by time and rating, which its author's deeds move; its entry, a small
item among its author's things, those by helpfulness, which votes move.
"""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from firstspawn.db import keys
from firstspawn.db.item import Item, MomentAttribute
from firstspawn.kit.clock import rfc3339
from firstspawn.reviews.score import helpfulness

Ordering = dict[str, str | None]


class Review(Item, discriminator="Review"):
    """A user's review of a server.

    `version` grows at every write but votes and the hours of playtime. `isApproved` is false while
    the staff hides it: then it is in no list and no counter. `edits` counts earlier texts.
    """

    id = UnicodeAttribute()
    serverId = UnicodeAttribute()
    userId = UnicodeAttribute()
    rating = NumberAttribute()
    title = UnicodeAttribute(null=True)
    content = UnicodeAttribute()
    isVerified = BooleanAttribute(default=False)
    verifiedPlaytime = NumberAttribute(null=True)
    isApproved = BooleanAttribute(default=True)
    isFlagged = BooleanAttribute(default=False)
    flagReason = UnicodeAttribute(null=True)
    removedAt = MomentAttribute(null=True)
    upvotes = NumberAttribute(default=0)
    downvotes = NumberAttribute(default=0)
    edits = NumberAttribute(default=0)
    editedAt = MomentAttribute(null=True)
    reply = UnicodeAttribute(null=True)
    repliedAt = MomentAttribute(null=True)
    authorDeleted = BooleanAttribute(default=False)

    @property
    def since(self) -> str:
        """When it was written, as keys have it: tells it from one written before it."""
        return rfc3339(self.createdAt) if self.createdAt else ""

    def ordering(self) -> Ordering:
        """The index keys of its present state; none while it is hidden."""
        partitions = keys.reviews_by_time(self.serverId), keys.reviews_by_rating(self.serverId)
        return self._ordering(*partitions, keys.review_place(self.since, self.userId))

    def helpful_ordering(self) -> Ordering:
        """The index keys that its entry should have; none while it is hidden."""
        points = helpfulness(int(self.upvotes), int(self.downvotes))
        return self._ordering(
            keys.reviews_by_use(self.serverId),
            keys.reviews_by_rating_and_use(self.serverId),
            keys.review_place(self.since, self.userId, points),
        )

    def _ordering(self, first: str, second: str, place: str) -> Ordering:
        if not self.isApproved:
            return dict.fromkeys(("GSI1PK", "GSI1SK", "GSI2PK", "GSI2SK"))
        verified = bool(self.isVerified)
        return {
            "GSI1PK": first, "GSI1SK": keys.review_standing(verified, place),
            "GSI2PK": second, "GSI2SK": keys.review_standing(verified, place, int(self.rating)),
        }  # fmt: skip

    def counted(self) -> dict[str, int]:
        """What it adds to the counters of its server."""
        if not self.isApproved:
            return {}
        rating, verified = int(self.rating), int(self.isVerified)
        return {
            "reviewCount": 1, "ratingSum": rating, f"stars{rating}": 1,
            "verifiedReviewCount": verified, "verifiedRatingSum": verified * rating,
        }  # fmt: skip


class ReviewEntry(Item, discriminator="ReviewEntry"):
    """A review among its author's, and in the orderings by helpfulness."""

    serverId = UnicodeAttribute()
    userId = UnicodeAttribute()


class ReviewVote(Item, discriminator="ReviewVote"):
    """What somebody thinks of a review."""

    reviewId = UnicodeAttribute()
    voterId = UnicodeAttribute()
    isUpvote = BooleanAttribute()


class ReviewText(Item, discriminator="ReviewText"):
    """An earlier text of a review, as it stood until `createdAt`."""

    reviewId = UnicodeAttribute()
    rating = NumberAttribute()
    title = UnicodeAttribute(null=True)
    content = UnicodeAttribute()
