"""What somebody has written, filtered and in both orders, on every engine."""

from typing import Any

import pytest

from firstspawn.reviews.schemas import CreateReview, WrittenQuery
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.reviews import TEXT, Critics


@pytest.mark.parametrize("most", [2, 100])
def test_what_somebody_wrote_is_filtered_and_ordered_page_by_page(
    stack: Container, critics: Critics, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch,
    most: int,
) -> None:  # fmt: skip
    # Given nine reviews of one person's, of which a call with a filter may look through few
    monkeypatch.setattr("firstspawn.reviews.listing._LOOKED_THROUGH", most)
    author, written = critics.person(), []
    for number in range(9):
        clock.advance(seconds=1)
        server, stars, is_verified = critics.server(), 1 + number % 5, number % 2 == 0
        critics.set_minutes(author, server, 90 * is_verified)
        form = CreateReview(rating=stars, content=TEXT)
        review = stack.reviews.create(author, server, form)[0]
        written.append((review.id, stars, is_verified))

    def listed(**asked: Any) -> list[str]:
        found: list[str] = []
        cursor = None
        while True:
            query = WrittenQuery(limit=2, cursor=cursor, **asked)
            page = stack.review_lists.of_user(author.userId, query, None)
            assert len(page.items) <= 2
            found += [one.id for one in page.items]
            if not (cursor := page.nextCursor):
                return found

    for rating in (None, 1, 5):
        for verified in (None, True, False):
            wanted = [
                one for one, stars, is_verified in written
                if rating in (None, stars) and verified in (None, is_verified)
            ]  # fmt: skip
            # When / Then
            assert listed(sort="oldest", rating=rating, verified=verified) == wanted
            assert listed(rating=rating, verified=verified) == wanted[::-1]
