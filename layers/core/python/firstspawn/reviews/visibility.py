"""Hiding reviews and showing them again, as moderation decides.

A hidden review leaves the lists and the server's counters in the transaction that hides it, with
its rating and verification as they are then; it comes back as it is when it is shown again.
"""

from contextlib import suppress
from typing import Any

from firstspawn.kit.clock import Clock
from firstspawn.reviews.errors import ReviewNotFound, Stale
from firstspawn.reviews.ids import read_id
from firstspawn.reviews.repository import Extend, Found, ReviewRepository
from firstspawn.reviews.service import ATTEMPTS, contention

_UNFLAGGED = {"isFlagged": False, "flagReason": None}


class ReviewVisibility:
    """What moderation does to reviews; it asks nobody's leave.

    `also` puts the decision's own writes into the same transaction (its conditions with errors of
    their own). Every method returns whether anything changed: if not, nothing is written, and
    `also` is not asked. All raise ReviewNotFound, Unavailable.
    """

    def __init__(self, reviews: ReviewRepository, clock: Clock) -> None:
        self._reviews, self._clock = reviews, clock

    def hide(self, review_id: str, also: Extend | None = None) -> bool:
        """Hide a review from all but its author and the staff: a read, a transaction."""
        return self._set(review_id, {"isApproved": False, "removedAt": None}, also)

    def remove(self, review_id: str, also: Extend | None = None) -> bool:
        """Hide a review for good; only the staff can bring it back."""
        return self._set(review_id, {"isApproved": False, "removedAt": self._clock()}, also)

    def restore(self, review_id: str, also: Extend | None = None) -> bool:
        """Show a review that was hidden or removed, and clear its flag."""
        return self._set(review_id, {"isApproved": True, "removedAt": None, **_UNFLAGGED}, also)

    def flag(self, review_id: str, reason: str, also: Extend | None = None) -> bool:
        """Mark a review for the staff's eyes; everybody goes on seeing it."""
        return self._set(review_id, {"isFlagged": True, "flagReason": reason}, also)

    def unflag(self, review_id: str, also: Extend | None = None) -> bool:
        """Take the mark away."""
        return self._set(review_id, _UNFLAGGED, also)

    def _set(self, review_id: str, values: dict[str, Any], also: Extend | None) -> bool:
        pair = read_id(review_id)
        for _ in range(ATTEMPTS):
            now = self._clock()
            review = self._reviews.find(pair, now, consistent=True)
            if review is None:
                raise ReviewNotFound
            if not _differs(review, values):
                return False
            with suppress(Stale):
                self._reviews.change(review, values, now, also=also)
                return True
        raise contention()


def _differs(review: Found, values: dict[str, Any]) -> bool:
    """Removing what is removed is no change, whenever it was."""
    return any(
        (getattr(review, name) is None) != (value is None)
        if name == "removedAt"
        else getattr(review, name) != value
        for name, value in values.items()
    )
