"""Whether a review is there: its own service shows hidden ones to few."""

from datetime import datetime

from firstspawn.db import keys
from firstspawn.moderation.rules import Kind
from firstspawn.moderation.schemas import Subject
from firstspawn.reviews.errors import ReviewNotFound
from firstspawn.reviews.ids import read_id
from firstspawn.reviews.repository import ReviewRepository
from firstspawn.servers.models import Server


class SubjectRepository:
    """Reviews as subjects of cases."""

    def __init__(self, reviews: ReviewRepository) -> None:
        self._reviews = reviews

    def review(self, review_id: str, now: datetime) -> Subject:
        """A review, hidden or not: one read. Raises ReviewNotFound."""
        pair = read_id(review_id)
        if self._reviews.find(pair, now, consistent=True) is None:
            raise ReviewNotFound
        return Subject(Kind.REVIEW, pair.id, pair.userId, "a review of yours")

    def owner_reviewed(self, review_id: str, now: datetime) -> str | None:
        """Whose server a review is of: one consistent read. None if the server is gone."""
        key = keys.server_detail(read_id(review_id).serverId)
        found = Server.find(key, now, consistent=True)
        return found.ownerId if found else None
