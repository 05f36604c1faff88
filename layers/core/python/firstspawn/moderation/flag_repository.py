"""All reads and writes of flagging: what a review says, who says the same, how much of late."""

from datetime import datetime, timedelta
from typing import NamedTuple

from firstspawn.db import keys, pages, standing_keys, writes
from firstspawn.kit.clock import epoch
from firstspawn.moderation.case_repository import CaseRepository, NewReport, commit
from firstspawn.moderation.models import ReviewFingerprint
from firstspawn.moderation.rules import Kind
from firstspawn.moderation.schemas import Subject
from firstspawn.reviews.ids import Pair
from firstspawn.reviews.models import Review, ReviewEntry
from firstspawn.users.models import User

_REMEMBERED = timedelta(days=30)


class Written(NamedTuple):
    """A review as it stands: `authorSince` is None once the account is gone."""

    pair: Pair
    text: str
    authorSince: datetime | None


class FlagRepository:
    """What rules look at."""

    def find(self, pair: Pair, now: datetime) -> Written | None:
        """A review that everybody sees, and since when its author is there: 2 reads."""
        review = Review.find(keys.review(*pair), now, consistent=True)
        if review is None or not review.isApproved:
            return None
        author = User.find(keys.profile(pair.userId), now)
        text = f"{review.title or ''}\n{review.content}"
        return Written(pair, text, author.createdAt if author else None)

    def others_saying(self, fingerprint: str, review_id: str, most: int, now: datetime) -> int:
        """How many other reviews said the same in 30 days, up to `most`: a write, a query."""
        mark = ReviewFingerprint.at(
            standing_keys.fingerprint(fingerprint, review_id),
            createdAt=now, expiresAt=epoch(now + _REMEMBERED),
        )  # fmt: skip
        writes.put(mark)
        found = pages.read(ReviewFingerprint, mark.PK, most + 1, consistent=True)
        return min(most, sum(one.is_alive(now) and one.SK != mark.SK for one in found))

    def written_since(self, user_id: str, since: datetime, most: int) -> int:
        """How many reviews somebody has written since, up to `most`: one query."""
        prefix = keys.review_entry(user_id, "", "").pk
        found = pages.read(ReviewEntry, prefix, most, prefix=keys.REVIEW, newest_first=True)
        return sum(one.createdAt is not None and one.createdAt >= since for one in found)

    def reporting(self, pair: Pair, text_id: str, reasons: str, now: datetime) -> writes.Extend:
        """What puts a rule's report on the review's case, once for each text.

        The transaction then raises AlreadyReported.
        """
        subject = Subject(Kind.REVIEW, pair.id, pair.userId, "a review of yours")
        report = NewReport(f"rule.{text_id}", "AUTOMATIC", reasons, isPerson=False)
        return lambda one: CaseRepository.add_report(one, subject, report, now)

    def report(self, report: writes.Extend) -> None:
        """Put a report alone on its case: a read, a transaction. Raises AlreadyReported, Moved."""
        transaction = writes.Transaction()
        transaction.extend(report)
        commit(transaction)
