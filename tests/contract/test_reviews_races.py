"""However many write at once, the counters are what a recount says: on engines that take threads.

Every race runs among conflicts and lost answers (`tests/support/trouble.py`).
"""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from firstspawn.db import keys
from firstspawn.errors import ProblemError
from firstspawn.favorites import repository as favorites
from firstspawn.favorites.models import Favorite, FavoriteCount
from firstspawn.reviews.models import Review, ReviewEntry
from firstspawn.reviews.schemas import CreateReview, ReviewQuery, ReviewView, UpdateReview
from firstspawn.users.schemas import Caller
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.engines import Engine
from tests.support.races import crowd, kinds
from tests.support.reviews import TEXT, Critics, counted, recounted, votes_of
from tests.support.stacks import stack_on
from tests.support.trouble import trouble

pytestmark = pytest.mark.usefixtures("patient")
VOTES = (True, False)
SINCE = "2026-11-22T12:00:00.000Z"
Deed = Callable[[], Any]


@pytest.fixture
def critics(engine: Engine, clock: FrozenClock) -> Critics:
    return Critics(stack_on(engine, clock))


def shuffled(deeds: list[Deed], seed: int) -> list[Deed]:
    """The same disorder every time."""
    random.Random(seed).shuffle(deeds)
    return deeds


def unexpected(outcomes: list[Any]) -> dict[str, int]:
    """What no caller should ever meet: anything but an answer or a problem below 500, or busy."""
    return kinds(
        [
            one for one in outcomes
            if isinstance(one, Exception)
            and not (isinstance(one, ProblemError) and (one.status < 500 or one.status == 503))
        ]
    )  # fmt: skip


def test_200_votes_of_40_people_are_counted_to_the_last(critics: Critics) -> None:
    # Given a review, and 40 people who cannot make up their minds
    stack, dice = critics.stack, random.Random(5)
    review = critics.review(critics.server())[1]
    people = [critics.person() for _ in range(40)]
    deeds: list[Deed] = [
        partial(stack.review_votes.cast, person, review.id, dice.choice((True, False, None)))
        for person in people
        for _ in range(5)
    ]
    # When
    with trouble() as made:
        outcomes = crowd(shuffled(deeds, 5))
    # Then
    assert made.conflicts
    assert made.losses
    assert unexpected(outcomes) == {}
    stored = stack.reviews.get(review.id, None)[0]
    assert (stored.upvotes, stored.downvotes) == votes_of(review.id, SINCE)
    assert stored.upvotes + stored.downvotes <= 40


def test_200_deeds_of_all_kinds_on_one_server_are_counted_to_the_last(
    critics: Critics, clock: FrozenClock
) -> None:
    # Given a server with twelve reviews, and people who have yet to say something
    stack, server, dice = critics.stack, critics.server(), random.Random(11)
    written = [critics.review(server, 1 + number % 5) for number in range(12)]
    newcomers = [critics.person() for _ in range(16)]
    form = partial(CreateReview, content=TEXT)

    def edit(author: Caller, review: ReviewView) -> None:
        stack.reviews.update(author, review.id, UpdateReview(rating=dice.randint(1, 5)), None)

    def write_anew(author: Caller) -> None:
        clock.advance(milliseconds=1)  # nobody writes, removes and writes anew within one
        stack.reviews.create(author, server, form(rating=5))

    deeds: list[Deed] = []
    for number, (author, review) in enumerate(written):
        deeds += [partial(edit, author, review)] * 2
        deeds += [partial(critics.play, author, server, minutes) for minutes in (90, 5)]
        deeds += [
            partial(stack.review_visibility.hide, review.id),
            partial(stack.review_visibility.restore, review.id),
        ]
        for person in (newcomers[number], newcomers[-1 - number]):
            deeds += [partial(stack.review_votes.cast, person, review.id, vote) for vote in VOTES]
        if number % 3 == 0:
            deeds += [partial(stack.reviews.delete, author, review.id, None)] * 2
            deeds.append(partial(write_anew, author))
    for number, person in enumerate(newcomers):
        deeds += [partial(stack.reviews.create, person, server, form(rating=1 + number % 5))] * 2
        deeds += [partial(stack.favorites.add, person, server)] * 2
        deeds.append(partial(stack.favorites.remove, person, server))
    # When
    with trouble():
        outcomes = crowd(shuffled(deeds, 11))
    # Then
    assert len(deeds) >= 200
    assert unexpected(outcomes) == {}
    assert counted(stack, server) == recounted(server)
    _entries_and_reviews_are_pairs(stack, critics, server)


def _entries_and_reviews_are_pairs(stack: Container, critics: Critics, server: str) -> None:
    reviews = list(Review.scan(Review.serverId == server, consistent_read=True))
    entries = list(ReviewEntry.scan(ReviewEntry.serverId == server, consistent_read=True))
    assert sorted(one.userId for one in reviews) == sorted(one.userId for one in entries)
    for review in reviews:
        assert (review.upvotes, review.downvotes) == votes_of(review.id, review.since)
        critics.tell("review.changed", id=review.id)
    visible = {one.id for one in reviews if one.isApproved}
    for sort in ("newest", "helpful", "rating", "verified"):
        query = ReviewQuery.model_validate({"limit": 100, "sort": sort})
        listed = [one.id for one in stack.review_lists.of_server(server, query, None).items]
        assert len(listed) == len(visible)
        assert set(listed) == visible


def test_200_changes_of_favourites_end_with_both_counters_exact_and_below_the_cap(
    critics: Critics, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given four people whose lists hold three servers, and five servers
    monkeypatch.setattr(favorites, "MOST", 3)
    stack, people = critics.stack, [critics.person() for _ in range(4)]
    servers = [critics.server() for _ in range(5)]
    deeds: list[Deed] = [
        partial(act, person, server)
        for person in people
        for server in servers
        for act in (stack.favorites.add, stack.favorites.add, stack.favorites.remove)
        for _ in range(4)
    ]
    # When
    with trouble():
        outcomes = crowd(shuffled(deeds, 3)[:200])
    # Then
    assert unexpected(outcomes) == {}
    for server in servers:
        assert counted(stack, server) == recounted(server)
    for person in people:
        kept = list(Favorite.scan(Favorite.userId == person.userId, consistent_read=True))
        count = FavoriteCount.find(keys.favorites(person.userId), stack.clock(), consistent=True)
        assert len(kept) == int(count.number if count else 0) <= 3


def test_of_20_first_reviews_of_one_person_one_is_taken(critics: Critics) -> None:
    # Given
    stack, server, person = critics.stack, critics.server(), critics.person()
    deed = partial(stack.reviews.create, person, server, CreateReview(rating=2, content=TEXT))
    # When
    with trouble():
        outcomes = crowd([deed] * 20)
    # Then
    assert kinds(outcomes) == {"tuple": 1, "AlreadyReviewed": 19}
    assert counted(stack, server) == recounted(server)
    assert counted(stack, server)["reviewCount"] == 1
