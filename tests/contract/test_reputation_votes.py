"""Votes move reputation as they stand, however and however often that is told."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from firstspawn.reactions.schemas import Happening
from firstspawn.users.schemas import Caller
from firstspawn.wiring import Container
from tests.contract.test_reputation import counted
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.races import need_real_races, race
from tests.support.reviews import Critics


def told(review_id: str, voter: Caller) -> Happening:
    data = {"reviewId": review_id, "voterId": voter.userId}
    return Happening(id="e", event="review.voted", data=data)


def test_a_vote_is_worth_what_it_says_now(stack: Container, critics: Critics) -> None:
    # Given
    author, review = critics.review(critics.server())
    voter, votes, follow = critics.person(), stack.review_votes, stack.vote_reputation.follow
    happening = told(review.id, voter)
    worth = []
    # When it is cast, told twice, changed, told, taken back without being told, and cast again
    said: tuple[bool | None, ...] = (True, True, False, None)
    for vote in said:
        votes.cast(voter, review.id, vote)
        follow(happening)
        follow(happening)
        worth.append(counted(stack, author.userId))
    # Then
    assert worth == [(5, 5, 5), (5, 5, 5), (-2, -2, -2), (0, 0, 0)]


def test_votes_of_a_review_that_is_gone_are_worth_nothing(
    stack: Container, critics: Critics
) -> None:
    # Given
    author, review = critics.review(critics.server())
    voter, follow = critics.person(), stack.vote_reputation.follow
    stack.review_votes.cast(voter, review.id, True)
    follow(told(review.id, voter))
    # When
    stack.reviews.delete(author, review.id, None)
    follow(told(review.id, voter))
    # Then
    assert counted(stack, author.userId) == (0, 0, 0)
    # And of an author that never was as well
    follow(told(stack.new_id() + stack.new_id(), voter))


def test_a_vote_that_changes_while_it_is_counted_is_read_again(
    stack: Container, critics: Critics, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given an upvote that becomes a downvote between being read and being counted
    author, review = critics.review(critics.server())
    voter, service = critics.person(), stack.vote_reputation
    stack.review_votes.cast(voter, review.id, True)
    read, changes = service._votes.read, [False]

    def read_and_change(*arguments: Any) -> Any:
        found = read(*arguments)
        if changes:
            stack.review_votes.cast(voter, review.id, changes.pop())
        return found

    monkeypatch.setattr(service._votes, "read", read_and_change)
    # When it is told once
    service.follow(told(review.id, voter))
    # Then what it is now counts
    assert counted(stack, author.userId) == (-2, -2, -2)


def test_racing_votes_and_late_tales_end_at_what_the_votes_say(
    engine: Engine, stack: Container, critics: Critics
) -> None:
    need_real_races(engine)
    # Given 4 voters, each of whom votes up, down, up and none at once, told in between
    author, review = critics.review(critics.server())
    voters = [critics.person() for _ in range(4)]
    votes, follow = stack.review_votes, stack.vote_reputation.follow
    deeds: list[Callable[[], object]] = []
    for voter in voters:
        deeds += [
            partial(votes.cast, voter, review.id, True),
            partial(follow, told(review.id, voter)),
            partial(votes.cast, voter, review.id, False),
            partial(follow, told(review.id, voter)),
            partial(votes.cast, voter, review.id, None),
            partial(votes.cast, voter, review.id, True),
        ]
    # When
    race(deeds)
    for voter in voters:
        follow(told(review.id, voter))
    # Then
    found = stack.reviews.get(review.id, None)[0]
    expected = 5 * found.upvotes - 2 * found.downvotes
    assert counted(stack, author.userId) == (expected, expected, expected)


def test_what_following_a_vote_costs(stack: Container, critics: Critics) -> None:
    # Given
    _, review = critics.review(critics.server())
    voter = critics.person()
    stack.review_votes.cast(voter, review.id, True)
    _ = stack.vote_reputation
    # When / Then
    with count_calls() as costs:
        stack.vote_reputation.follow(told(review.id, voter))
    reads = ["GetItem", "GetItem", "Query", "GetItem", "Query"]
    assert_cost(costs, operations=[*reads, "TransactWriteItems"], read_units=5, write_units=10)
