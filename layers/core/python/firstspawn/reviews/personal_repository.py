"""What a person has said of servers, and of what others said."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db import keys, ranges
from firstspawn.db.facts import facts
from firstspawn.reviews.models import ReviewText, ReviewVote
from firstspawn.reviews.repository import ReviewRepository, read_many

_PAGE = 100


def review_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:  # noqa: ARG001
    """Reviews, each behind its earlier texts: a query and a read a page, a query an edited one."""
    reviews = ReviewRepository()
    after = None
    while page := reviews.written_by(user_id, _PAGE, after):
        found = read_many(pair for _, pair in page)
        for review in found.values():
            texts: list[ReviewText] = reviews.earlier_texts(review) if review.edits else []
            yield from facts([*texts, review], "isFlagged", "flagReason")
        after = page[-1][0]


def vote_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:  # noqa: ARG001
    """Votes, newest first: a query and a read for each hundred."""
    stretch = ranges.Stretch(ReviewVote.index2.Meta.index_name, keys.votes_of(user_id))
    for placed in ranges.pages(stretch, _PAGE):
        yield from facts(ReviewVote.batch_get([tuple(one.key) for one in placed]))
