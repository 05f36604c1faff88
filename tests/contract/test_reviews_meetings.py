"""What meets in reviews: a write, and what became of the review since it was read."""

import pytest

from firstspawn.db import keys
from firstspawn.db.writes import Transaction
from firstspawn.reviews.models import Review, ReviewEntry
from firstspawn.reviews.repository import ReviewRepository
from firstspawn.reviews.schemas import CreateReview, UpdateReview, WriteReply
from firstspawn.servers.errors import NotTheOwner
from firstspawn.users.schemas import Caller
from firstspawn.wiring import Container
from tests.contract.conftest import First
from tests.support.clock import FrozenClock
from tests.support.reviews import TEXT, Critics, counted, recounted


class Anew:
    """Removes a review and writes another in its place."""

    def __init__(self, stack: Container, clock: FrozenClock) -> None:
        self._stack, self._clock = stack, clock

    def __call__(self, author: Caller, review_id: str, server: str) -> None:
        self._stack.reviews.delete(author, review_id, None)
        self._clock.advance(milliseconds=1)
        self._stack.reviews.create(author, server, CreateReview(rating=1, content=TEXT))


@pytest.fixture
def anew(stack: Container, clock: FrozenClock) -> Anew:
    return Anew(stack, clock)


def test_an_edit_meets_the_review_that_took_the_place_of_the_one_it_read(
    stack: Container, critics: Critics, first: First, anew: Anew
) -> None:
    # Given
    server = critics.server()
    author, review = critics.review(server, 5)
    first(ReviewRepository, "change", lambda: anew(author, review.id, server))
    # When
    edited = stack.reviews.update(author, review.id, UpdateReview(rating=3), None)[0]
    # Then
    assert (edited.rating, counted(stack, server)) == (3, recounted(server))


def test_playtime_is_noted_on_the_review_it_was_read_for(
    stack: Container, critics: Critics, first: First, anew: Anew
) -> None:
    # Given
    server = critics.server()
    author, review = critics.review(server, minutes=70)

    def write_anew() -> None:
        critics.set_minutes(author, server, 61)
        anew(author, review.id, server)

    first(ReviewRepository, "note_playtime", write_anew)
    # When
    critics.play(author, server, 190)
    # Then
    assert stack.reviews.get(review.id, None)[0].verifiedPlaytime == 61


def test_nobody_answers_for_a_server_that_was_deleted_meanwhile(
    stack: Container, critics: Critics, first: First
) -> None:
    # Given
    owner, server = critics.owners.server()
    _, review = critics.review(server.id)
    first(ReviewRepository, "answer", lambda: stack.servers.delete(owner, server.id, None))
    # When / Then
    with pytest.raises(NotTheOwner):
        stack.reviews.reply(owner, review.id, WriteReply(content="Thank you"))


def test_a_review_stands_where_a_vote_puts_it_that_came_while_it_was_moved(
    stack: Container, critics: Critics, first: First, clock: FrozenClock
) -> None:
    # Given a vote that is followed while another one is cast
    author, review = critics.review(critics.server())
    stack.review_votes.cast(critics.person(), review.id, True)
    voter = critics.person()
    first(Transaction, "commit", lambda: stack.review_votes.cast(voter, review.id, True))
    # When
    critics.tell("review.voted", reviewId=review.id, voterId="")
    # Then
    stored = Review.find(keys.review(review.serverId, author.userId), clock(), consistent=True)
    assert stored is not None
    key = keys.review_entry(author.userId, stored.since, review.serverId)
    entry = ReviewEntry.find(key, clock(), consistent=True)
    assert entry is not None
    assert (stored.upvotes, entry.GSI1SK) == (2, stored.helpful_ordering()["GSI1SK"])
