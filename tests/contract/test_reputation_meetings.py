"""What meets in the ledger between a read and a write: a new day, a review written anew."""

from firstspawn.db.writes import Transaction
from firstspawn.reviews.schemas import CreateReview
from firstspawn.wiring import Container
from tests.contract.conftest import First
from tests.contract.test_reputation import UP, counted
from tests.contract.test_reputation_votes import told
from tests.support.clock import FrozenClock
from tests.support.reviews import TEXT, Critics
from tests.support.servers import Owners


def farm(stack: Container, user: str) -> None:
    """Give somebody more than a day allows."""
    for number in range(11):
        stack.reputation.apply(user, UP, f"farmed.{number}")


def test_two_deeds_that_begin_a_day_share_its_cap(
    stack: Container, owners: Owners, first: First
) -> None:
    # Given two of which each finds that nothing was given today
    user = owners.create().userId
    first(Transaction, "commit", lambda: stack.reputation.apply(user, UP, "faster"))
    stack.reputation.apply(user, UP, "slower")
    # When
    farm(stack, user)
    # Then
    assert counted(stack, user) == (50, 50, 50)


def test_what_is_taken_back_as_a_day_begins_frees_nothing_of_it(
    stack: Container, owners: Owners, clock: FrozenClock, first: First
) -> None:
    # Given a deed of yesterday that is taken back while the first one of today is counted
    user = owners.create().userId
    stack.reputation.apply(user, UP, "yesterday's")

    def begin() -> None:
        clock.advance(days=1)
        stack.reputation.apply(user, UP, "today's")

    first(Transaction, "commit", begin)
    stack.reputation.withdraw(user, UP, "yesterday's")
    # When
    farm(stack, user)
    # Then
    assert counted(stack, user) == (50, 50, 50)


def test_a_vote_on_a_review_written_anew_is_not_taken_for_the_one_that_is_gone(
    stack: Container, critics: Critics, clock: FrozenClock, first: First
) -> None:
    # Given an upvoted review that was deleted, and is there and upvoted again when that is told
    server = critics.server()
    author, review = critics.review(server)
    voter, follow = critics.person(), stack.vote_reputation.follow
    stack.review_votes.cast(voter, review.id, True)
    follow(told(review.id, voter))
    stack.reviews.delete(author, review.id, None)

    def write_anew() -> None:
        clock.advance(seconds=1)
        stack.reviews.create(author, server, CreateReview(rating=5, content=TEXT))
        stack.review_votes.cast(voter, review.id, True)
        follow(told(review.id, voter))

    first(Transaction, "commit", write_anew)
    # When
    follow(told(review.id, voter))
    # Then
    assert counted(stack, author.userId) == (5, 5, 5)
