"""All reads and writes of reviews, except votes: a change moves the server's counters with it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from firstspawn.db import keys, pages, writes
from firstspawn.db.item import Item
from firstspawn.errors import ProblemError
from firstspawn.reviews.errors import AlreadyReviewed, Stale
from firstspawn.reviews.ids import Pair
from firstspawn.reviews.models import Review, ReviewEntry, ReviewText
from firstspawn.servers.errors import NotTheOwner, ServerNotFound
from firstspawn.servers.models import Server
from firstspawn.servers.stats_repository import add_counts

KEPT_TEXTS = 20
Found = Review
Extend = writes.Extend


def unchanged(current: Review) -> Any:
    """Condition: the stored review is still the one that was read."""
    return (Review.version == current.version) & (Review.createdAt == current.createdAt)


def rewrite(
    transaction: writes.Transaction, current: Review, values: dict[str, Any], now: datetime
) -> Review:
    """Let a transaction set fields of a review, and move what follows from them.

    That are its orderings and its share in the server's counters. Returns the review as it will
    be. The transaction then raises ConditionFailed if the review is not `current` any more.
    """
    after = Review(**{**current.attribute_values, **values})
    after.updatedAt, after.version = now, current.version + 1
    changed = {**values, **after.ordering()}
    actions = [set_or_remove(Review, name, value) for name, value in changed.items()]
    stamped = [Review.updatedAt.set(now), Review.version.add(1)]
    transaction.update(current, [*actions, *stamped], unchanged(current))
    before, counted = current.counted(), after.counted()
    moved = {name: counted.get(name, 0) - before.get(name, 0) for name in before | counted}
    add_counts(transaction, current.serverId, moved)
    return after


def read_many(pairs: Iterable[Pair]) -> dict[Pair, Review]:
    """Those reviews there are: one call for each hundred."""
    wanted = [tuple(keys.review(*pair)) for pair in pairs]
    found = Review.batch_get(wanted) if wanted else ()
    return {Pair(one.serverId, one.userId): one for one in found}


def set_or_remove(model: type[Item], name: str, value: Any) -> Any:
    """The action that gives an attribute a value, or takes it away."""
    attribute = getattr(model, name)
    return attribute.remove() if value is None else attribute.set(value)


class ReviewRepository:
    """Reviews, their entries among their author's, and their earlier texts."""

    def find(self, pair: Pair, now: datetime, *, consistent: bool = False) -> Review | None:
        """One read."""
        return Review.find(keys.review(*pair), now, consistent=consistent)

    def create(
        self, pair: Pair, values: dict[str, Any], verified: bool, minutes: int, now: datetime
    ) -> Review:
        """Store a review with its entry and count it, in one transaction of four items.

        Raises ServerNotFound (also for an owner's own), AlreadyReviewed.
        """
        review = new_review(pair, values, verified, minutes, now)
        transaction = writes.Transaction()
        foreign = Server.ownerId != review.userId
        alive = Server.PK.exists() & Server.deletedAt.does_not_exist()
        server = Server.at(keys.server_detail(review.serverId))
        transaction.check(server, alive & foreign, ServerNotFound())
        transaction.put(review, Review.absent(now), AlreadyReviewed())
        transaction.put(entry_of(review))
        add_counts(transaction, review.serverId, review.counted())
        transaction.commit()
        return review

    def change(
        self,
        current: Review,
        values: dict[str, Any],
        now: datetime,
        *,
        keep: bool = False,
        also: Extend | None = None,
    ) -> Review:
        """Set fields of a review in one transaction; `keep` stores the text as it was.

        `also` adds writes of others to the transaction; their conditions need errors of their
        own. Returns the review as it is now. Raises Stale.
        """
        transaction = writes.Transaction()
        if keep:
            values = {**values, "edits": current.edits + 1, "editedAt": now}
            transaction.put(_earlier(current, now))
        after = rewrite(transaction, current, values, now)
        transaction.extend(also)
        _commit(transaction)
        return after

    def hidden(self, pair: Pair, otherwise: ProblemError) -> Extend:
        """What demands of a transaction that a review is hidden; it then raises `otherwise`."""
        review = Review.at(keys.review(*pair))
        return lambda one: one.check(review, Review.isApproved == False, otherwise)  # noqa: E712

    def answer(
        self, current: Review, owner_id: str, values: dict[str, Any], now: datetime
    ) -> Review:
        """Set the reply, if its author still owns the server: one transaction of two items.

        Raises Stale, NotTheOwner.
        """
        owned = (Server.ownerId == owner_id) & Server.deletedAt.does_not_exist()
        server = Server.at(keys.server_detail(current.serverId))
        return self.change(
            current, values, now, also=lambda one: one.check(server, owned, NotTheOwner())
        )

    def note_playtime(self, current: Review, minutes: int) -> None:
        """Bring the minutes of a review up to date, which changes nothing else: one write."""
        same = Review.createdAt == current.createdAt
        try:
            writes.update(current, [Review.verifiedPlaytime.set(minutes)], same)
        except writes.ConditionFailed as error:
            raise Stale from error

    def delete(self, current: Review) -> None:
        """Remove a review and its entry and count it down: one transaction. Raises Stale."""
        transaction = writes.Transaction()
        transaction.delete(current, unchanged(current))
        transaction.delete(entry_of(current))
        share = {name: -number for name, number in current.counted().items()}
        add_counts(transaction, current.serverId, share)
        _commit(transaction)

    def forget_texts(self, review: Review) -> None:
        """Remove what the review said before: a query, a batch write."""
        with ReviewText.batch_write() as batch:
            for text in self.earlier_texts(review):
                batch.delete(text)

    def earlier_texts(self, review: Review) -> list[ReviewText]:
        """What the review said before, the newest first: one query."""
        prefix = keys.review_text(review.id, review.since)
        found = ReviewText.query(prefix.pk, ReviewText.SK.startswith(prefix.sk))
        return sorted(found, key=lambda text: str(text.createdAt), reverse=True)

    def written_by(
        self, user_id: str, limit: int, after: Sequence[str] | None, *, newest_first: bool = True
    ) -> list[tuple[list[str], Pair]]:
        """A user's reviews by time, each with its position: one query."""
        found = pages.read(
            ReviewEntry, keys.review_entry(user_id, "", "").pk, limit, after,
            prefix=keys.REVIEW, newest_first=newest_first,
        )  # fmt: skip
        return [(pages.position(one), Pair(one.serverId, one.userId)) for one in found]


def new_review(
    pair: Pair, values: dict[str, Any], verified: bool, minutes: int, now: datetime
) -> Review:
    """A review as it is first stored, with its index keys."""
    review = Review.at(
        keys.review(*pair), id=pair.id, **pair._asdict(), **values,
        isVerified=verified, verifiedPlaytime=minutes or None, createdAt=now, updatedAt=now,
    )  # fmt: skip
    for name, value in review.ordering().items():
        setattr(review, name, value)
    return review


def entry_of(review: Review) -> ReviewEntry:
    """The entry that belongs to a review."""
    key = keys.review_entry(review.userId, review.since, review.serverId)
    return ReviewEntry.at(
        key, serverId=review.serverId, userId=review.userId, createdAt=review.createdAt,
        **review.helpful_ordering(),
    )  # fmt: skip


def _earlier(review: Review, now: datetime) -> ReviewText:
    slot = int(review.edits) % KEPT_TEXTS
    return ReviewText.at(
        keys.review_text(review.id, review.since, slot),
        reviewId=review.id, rating=review.rating, title=review.title, content=review.content,
        createdAt=now,
    )  # fmt: skip


def _commit(transaction: writes.Transaction) -> None:
    try:
        transaction.commit()
    except writes.ConditionFailed as error:
        raise Stale from error
