"""Reviews on every engine: their orders, their counters, what moves them."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from firstspawn.errors import Conflict, Forbidden, PreconditionFailed
from firstspawn.reviews.errors import (
    AlreadyReviewed,
    OwnReview,
    OwnServer,
    ReviewNotFound,
    Stale,
)
from firstspawn.reviews.ids import Pair, read_id
from firstspawn.reviews.models import ReviewEntry
from firstspawn.reviews.order_repository import OrderRepository
from firstspawn.reviews.repository import ReviewRepository
from firstspawn.reviews.schemas import (
    CreateReview,
    ReviewQuery,
    ReviewSort,
    ReviewView,
    UpdateReview,
    WriteReply,
    WrittenQuery,
)
from firstspawn.reviews.score import helpfulness
from firstspawn.reviews.vote_repository import VoteRepository
from firstspawn.servers.errors import ServerNotFound
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.reviews import TEXT, Critics, counted, recounted, votes_of


def ids(stack: Container, server: str, *, limit: int = 100, **query: Any) -> list[str]:
    """A whole list, read page by page."""
    found: list[str] = []
    cursor = None
    while True:
        page = stack.review_lists.of_server(
            server, ReviewQuery(limit=limit, cursor=cursor, **query), None
        )
        assert len(page.items) <= limit
        found += [one.id for one in page.items]
        if not (cursor := page.nextCursor):
            return found


def test_lists_are_in_the_order_asked_for_whatever_the_filter(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given a dozen reviews of all kinds, some voted on
    server, written = critics.server(), []
    for number in range(12):
        clock.advance(seconds=1)
        rating, minutes = 1 + number * 7 % 5, 90 * (number % 3 == 0)
        review = critics.review(server, rating, minutes=minutes)[1]
        critics.vote(review.id, *[True] * (0, 3, 1, 2)[number % 4], *[False] * (number % 3 == 0))
        written.append(stack.reviews.get(review.id, None)[0])
    orders: dict[ReviewSort, Callable[[ReviewView], Any]] = {
        ReviewSort.NEWEST: lambda one: one.createdAt,
        ReviewSort.HELPFUL: lambda one: (helpfulness(one.upvotes, one.downvotes), one.createdAt),
        ReviewSort.RATING: lambda one: (one.rating, one.isVerified, one.createdAt),
        ReviewSort.VERIFIED: lambda one: (one.isVerified, one.createdAt),
    }
    for sort, stars, verified in product(ReviewSort, (None, 1, 3), (None, True, False)):
        # When it is read in pages of five
        seen = ids(stack, server, limit=5, sort=sort, rating=stars, verified=verified)
        # Then everything that fits is there, once and in order
        fitting = [
            one for one in written
            if stars in (None, one.rating) and verified in (None, one.isVerified)
        ]  # fmt: skip
        fitting.sort(key=orders[sort], reverse=True)
        assert seen == [one.id for one in fitting], (sort, stars, verified)


def test_the_most_helpful_comes_first_once_votes_are_followed(
    stack: Container, critics: Critics
) -> None:
    # Given
    server = critics.server()
    poor, good, plain = (critics.review(server)[1].id for _ in range(3))
    # When
    critics.vote(good, True, True, True)
    critics.vote(poor, False, False)
    # Then
    assert ids(stack, server, sort="helpful") == [good, plain, poor]
    assert ids(stack, server, sort="helpful", rating=4, limit=1) == [good, plain, poor]


def test_a_page_goes_on_where_it_ended_although_its_last_review_is_gone(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given a page of two out of four
    server, written = critics.server(), []
    for _ in range(4):
        clock.advance(seconds=1)
        written.append(critics.review(server))
    page = stack.review_lists.of_server(server, ReviewQuery(limit=2), None)
    # When its last one is taken back
    author, review = written[2]
    stack.reviews.delete(author, review.id, None)
    # Then
    query = ReviewQuery(limit=2, cursor=page.nextCursor)
    rest = stack.review_lists.of_server(server, query, None)
    assert [one.id for one in rest.items] == [written[1][1].id, written[0][1].id]
    assert rest.nextCursor is None


def test_everything_that_happens_to_reviews_moves_the_counters(
    stack: Container, critics: Critics
) -> None:
    # Given
    server = critics.server()

    def exact(**expected: int) -> None:
        now = counted(stack, server)
        assert now == recounted(server)
        assert {name: now[name] for name in expected} == expected

    # When / Then, deed by deed
    author, review = critics.review(server, 5, minutes=90)
    exact(reviewCount=1, ratingSum=5, stars5=1, verifiedReviewCount=1, verifiedRatingSum=5)
    critics.review(server, 2)
    exact(reviewCount=2, ratingSum=7, stars2=1, verifiedReviewCount=1)
    stack.reviews.update(author, review.id, UpdateReview(rating=3), None)
    exact(ratingSum=5, stars5=0, stars3=1, verifiedRatingSum=3)
    critics.play(author, server, 10)
    exact(reviewCount=2, verifiedReviewCount=0, verifiedRatingSum=0)
    critics.play(author, server, 61)
    critics.play(author, server, 61)
    exact(verifiedReviewCount=1, verifiedRatingSum=3)
    assert stack.review_visibility.hide(review.id)
    exact(reviewCount=1, ratingSum=2, stars3=0, verifiedReviewCount=0)
    assert not stack.review_visibility.hide(review.id)
    critics.play(author, server, 0)
    exact(reviewCount=1, ratingSum=2)
    assert stack.review_visibility.remove(review.id)
    assert stack.review_visibility.restore(review.id)
    exact(reviewCount=2, ratingSum=5, stars3=1, verifiedReviewCount=0)
    stack.reviews.delete(author, review.id, None)
    exact(reviewCount=1, ratingSum=2)


def test_a_hidden_review_is_in_no_list_of_others_and_takes_no_votes(
    stack: Container, critics: Critics
) -> None:
    # Given
    server = critics.server()
    author, review = critics.review(server)
    reader = critics.person()
    # When
    stack.review_visibility.hide(review.id)
    critics.tell("review.changed", id=review.id)
    # Then
    for sort in ReviewSort:
        assert ids(stack, server, sort=sort) == []
    assert stack.review_lists.of_user(author.userId, WrittenQuery(), reader).items == []
    with pytest.raises(ReviewNotFound):
        stack.review_votes.cast(reader, review.id, True)
    with pytest.raises(ReviewNotFound):
        stack.reviews.get(review.id, reader)
    # And its author still sees it, but leaves it alone
    (own,) = stack.review_lists.of_user(author.userId, WrittenQuery(), author).items
    assert (own.id, own.isApproved, own.isFlagged) == (review.id, False, None)
    with pytest.raises(Conflict):
        stack.reviews.update(author, review.id, UpdateReview(rating=1), None)
    # When it is shown again
    stack.review_visibility.restore(review.id)
    critics.tell("review.changed", id=review.id)
    # Then
    for sort in ReviewSort:
        assert ids(stack, server, sort=sort) == [review.id]


def test_who_read_before_a_review_was_hidden_does_not_put_it_back(
    stack: Container, critics: Critics, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a vote to follow, and a decision that falls while it is
    _, review = critics.review(critics.server())
    stack.review_votes.cast(critics.person(), review.id, True)
    find = ReviewEntry.find

    def hide_first(*arguments: Any, **options: Any) -> ReviewEntry | None:
        stack.review_visibility.hide(review.id)
        return find(*arguments, **options)

    # When
    with monkeypatch.context() as patch:
        patch.setattr(ReviewEntry, "find", hide_first)
        with pytest.raises(Stale):
            OrderRepository().follow(read_id(review.id), stack.clock())
    # Then it is begun again, and ends as the review is
    critics.tell("review.voted", reviewId=review.id, voterId="")
    (entry,) = ReviewEntry.scan(ReviewEntry.serverId == review.serverId)
    assert entry.GSI1PK is None
    assert entry.GSI2PK is None


def test_nobody_reviews_twice_their_own_or_what_is_gone(stack: Container, critics: Critics) -> None:
    # Given
    owner, server = critics.owners.server()
    author, _ = critics.review(server.id)
    form = CreateReview(rating=5, content=TEXT)
    # When / Then
    with pytest.raises(AlreadyReviewed):
        stack.reviews.create(author, server.id, form)
    with pytest.raises(OwnServer):
        stack.reviews.create(owner, server.slug, form)
    # And the condition holds without the service's look at the owner
    values = {"rating": 5, "title": None, "content": TEXT}
    pair = Pair(server.id, owner.userId)
    with pytest.raises(ServerNotFound):
        ReviewRepository().create(pair, values, False, 0, stack.clock())
    stack.servers.delete(owner, server.id, None)
    late = Pair(server.id, critics.person().userId)
    with pytest.raises(ServerNotFound):
        ReviewRepository().create(late, values, False, 0, stack.clock())
    assert counted(stack, server.id)["reviewCount"] == 1


def test_votes_are_cast_changed_and_taken_back(stack: Container, critics: Critics) -> None:
    # Given
    author, review = critics.review(critics.server())
    voter, since = critics.person(), "2026-11-22T12:00:00.000Z"
    # When / Then
    for vote, expected in [
        (True, (1, 0)), (True, (1, 0)), (False, (0, 1)), (None, (0, 0)), (None, (0, 0)),
        (False, (0, 1)),
    ]:  # fmt: skip
        answer = stack.review_votes.cast(voter, review.id, vote)
        stored = stack.reviews.get(review.id, voter)[0]
        assert (answer.upvotes, answer.downvotes) == (stored.upvotes, stored.downvotes) == expected
        assert answer.myVote == stored.myVote == vote
        assert votes_of(review.id, since) == expected
    with pytest.raises(OwnReview):
        stack.review_votes.cast(author, review.id, True)


def test_no_vote_slips_in_on_ones_own_a_hidden_or_a_newer_review(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given what was read before the review was hidden, or written anew
    server = critics.server()
    author, review = critics.review(server)
    votes, voter, now = VoteRepository(), critics.person(), stack.clock()
    seen, _ = votes.read(read_id(review.id), voter.userId, now)
    # When / Then
    with pytest.raises(ReviewNotFound):
        votes.change(seen, author.userId, None, True, now)
    stack.review_visibility.hide(review.id)
    with pytest.raises(ReviewNotFound):
        votes.change(seen, voter.userId, None, True, now)
    stack.review_visibility.restore(review.id)
    stack.reviews.delete(author, review.id, None)
    clock.advance(seconds=1)
    stack.reviews.create(author, server, CreateReview(rating=1, content=TEXT))
    with pytest.raises(ReviewNotFound):
        votes.change(seen, voter.userId, None, True, now)
    assert stack.reviews.get(review.id, None)[0].upvotes == 0


def test_a_review_written_anew_starts_without_the_votes_on_the_old_one(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given a review with a vote and an earlier text, taken back
    server = critics.server()
    author, review = critics.review(server)
    since = "2026-11-22T12:00:00.000Z"
    voter = critics.person()
    stack.review_votes.cast(voter, review.id, True)
    stack.reviews.update(author, review.id, UpdateReview(content=TEXT * 2), None)
    stack.reviews.delete(author, review.id, None)
    # When it is written anew
    clock.advance(seconds=1)
    stack.reviews.create(author, server, CreateReview(rating=1, content=TEXT))
    # Then
    anew = stack.reviews.get(review.id, voter)[0]
    assert (anew.id, anew.upvotes, anew.myVote, anew.edits) == (review.id, 0, None, 0)
    assert stack.reviews.earlier_texts(review.id).items == []
    # And the old votes go for good
    critics.tell("review.deleted", id=review.id, createdAt=since)
    assert votes_of(review.id, since) == (0, 0)


def test_the_last_twenty_texts_are_kept(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given
    author, review = critics.review(critics.server())
    # When it is edited 22 times
    for number in range(22):
        clock.advance(seconds=1)
        form = UpdateReview(content=f"{TEXT} {number}", rating=1 + number % 5)
        stack.reviews.update(author, review.id, form, None)
    # Then the first two texts are forgotten
    texts = stack.reviews.earlier_texts(review.id).items
    assert [one.content for one in texts] == [f"{TEXT} {one}" for one in range(20, 0, -1)]
    assert texts[0].rating == 1 + 20 % 5
    with pytest.raises(PreconditionFailed):
        stack.reviews.update(author, review.id, UpdateReview(rating=1), 3)


def test_the_owner_answers_and_nobody_else(stack: Container, critics: Critics) -> None:
    # Given
    owner, server = critics.owners.server()
    author, review = critics.review(server.id)
    # When
    answered = stack.reviews.reply(owner, review.id, WriteReply(content="Come back soon"))[0]
    # Then
    assert answered.reply is not None
    assert answered.reply.content == "Come back soon"
    with pytest.raises(Forbidden):
        stack.reviews.reply(author, review.id, WriteReply(content="Me too"))
    stack.reviews.withdraw_reply(owner, review.id)
    assert stack.reviews.get(review.id, None)[0].reply is None


def test_playtime_is_shown_to_the_hour(stack: Container, critics: Critics) -> None:
    # Given
    server = critics.server()
    author, review = critics.review(server, minutes=70)
    assert (review.isVerified, review.verifiedPlaytime) == (True, 70)
    for minutes, shown in [(110, 70), (125, 125), (3, 3)]:
        # When
        critics.play(author, server, minutes)
        # Then
        now = stack.reviews.get(review.id, None)[0]
        assert (now.isVerified, now.verifiedPlaytime) == (minutes >= 60, shown)


def test_minutes_counted_while_a_review_is_written_verify_it_all_the_same(
    stack: Container, critics: Critics
) -> None:
    # Given a review that was written with the minutes of a moment before
    server = critics.server()
    author, review = critics.review(server, 5)
    critics.set_minutes(author, server, 60)
    # When it is told of
    for _ in range(2):
        critics.tell("review.written", id=review.id)
    # Then
    assert stack.reviews.get(review.id, None)[0].isVerified
    assert counted(stack, server) == recounted(server)
    # And one that is gone by then is left alone
    stack.reviews.delete(author, review.id, None)
    critics.tell("review.written", id=review.id)
