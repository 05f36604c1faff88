"""What reviews, votes and favourites cost, in calls and units."""

from firstspawn.kit.dto import Page
from firstspawn.reviews.schemas import (
    CreateReview,
    ReviewQuery,
    UpdateReview,
    WriteReply,
    WrittenQuery,
)
from firstspawn.wiring import Container
from tests.support.costs import assert_cost, count_calls
from tests.support.reviews import TEXT, Critics

QUERY, READ, BATCH, TRANSACT = "Query", "GetItem", "BatchGetItem", "TransactWriteItems"
PUT, UPDATE, DELETE = "PutItem", "UpdateItem", "DeleteItem"


def test_writing_a_review_is_a_read_of_the_server_and_a_transaction(
    stack: Container, critics: Critics
) -> None:
    server, caller = critics.server(), critics.person()

    with count_calls() as costs:
        stack.reviews.create(caller, server, CreateReview(rating=5, content=TEXT))

    # Review, entry and counters, and a check of the server, doubled; two index entries of each.
    assert_cost(costs, operations=[QUERY, TRANSACT, BATCH], read_units=1, write_units=12)


def test_editing_a_review_is_a_read_and_a_transaction(stack: Container, critics: Critics) -> None:
    author, review = critics.review(critics.server())

    with count_calls() as costs:
        stack.reviews.update(author, review.id, UpdateReview(rating=1), None)

    # The review, its earlier text, the counters, doubled; it moves in both indexes.
    assert_cost(costs, operations=[READ, TRANSACT, BATCH], read_units=1.5, write_units=9)


def test_taking_a_review_back_is_a_read_and_a_transaction(
    stack: Container, critics: Critics
) -> None:
    author, review = critics.review(critics.server())

    with count_calls() as costs:
        stack.reviews.delete(author, review.id, None)

    assert_cost(costs, operations=[READ, TRANSACT], read_units=1, write_units=10)


def test_answering_a_review(stack: Container, critics: Critics) -> None:
    owner, server = critics.owners.server()
    review = critics.review(server.id)[1]

    with count_calls() as costs:
        stack.reviews.reply(owner, review.id, WriteReply(content="Thanks"))

    assert_cost(costs, operations=[READ, TRANSACT, BATCH, BATCH], read_units=1.5, write_units=5)


def test_a_vote_is_two_reads_and_a_transaction(stack: Container, critics: Critics) -> None:
    review = critics.review(critics.server())[1]
    voter = critics.person()
    for vote, operations, units in [
        (True, [READ, READ, TRANSACT], 6),
        (False, [READ, READ, TRANSACT], 6),
        (False, [READ, READ], 0),
        (None, [READ, READ, TRANSACT], 6),
    ]:
        with count_calls() as costs:
            stack.review_votes.cast(voter, review.id, vote)

        assert_cost(costs, operations=operations, read_units=2, write_units=units)


def test_following_votes_is_two_reads_and_a_transaction_if_anything_moves(
    stack: Container, critics: Critics
) -> None:
    review = critics.review(critics.server())[1]
    stack.review_votes.cast(critics.person(), review.id, True)

    with count_calls() as costs:
        critics.tell("review.voted", reviewId=review.id, voterId="")
        critics.tell("review.voted", reviewId=review.id, voterId="")

    assert_cost(costs, operations=[READ, READ, TRANSACT, READ, READ], read_units=4, write_units=8)


def test_playtime_costs_a_read_unless_there_is_news(stack: Container, critics: Critics) -> None:
    server = critics.server()
    author, _ = critics.review(server, minutes=59)
    stranger = critics.person()
    for caller, minutes, operations, units in [
        (stranger, 500, [READ], 0),
        (author, 60, [READ, TRANSACT], 8),
        (author, 70, [READ], 0),
        (author, 125, [READ, UPDATE], 2),
    ]:
        with count_calls() as costs:
            critics.play(caller, server, minutes)

        assert_cost(costs, operations=operations, read_units=1, write_units=units)


def test_a_page_of_reviews_is_bounded_in_calls_whatever_the_order(
    stack: Container, critics: Critics
) -> None:
    # Given six reviews, all alike, for a page of five
    server, reader = critics.server(), critics.person()
    for _ in range(6):
        critics.review(server)
    cases: list[tuple[dict[str, object], list[str], float]] = [
        ({}, [QUERY] * 3 + [BATCH] * 2, 3.5),
        ({"verified": False}, [QUERY] * 2 + [BATCH] * 2, 3.5),
        ({"sort": "verified"}, [QUERY] * 2 + [BATCH] * 2, 3.5),
        ({"sort": "rating"}, [QUERY] * 2 + [BATCH] * 3, 6),
        ({"sort": "helpful"}, [QUERY] * 3 + [BATCH] * 3, 6),
        ({"sort": "helpful", "rating": 4}, [QUERY] * 3 + [BATCH] * 3, 6),
        ({"sort": "rating", "verified": False}, [QUERY] * 3 + [BATCH] * 3, 6),
    ]
    for query, operations, units in cases:
        asked = ReviewQuery.model_validate({"limit": 5, **query})
        with count_calls() as costs:
            page = stack.review_lists.of_server(server, asked, reader)

        # Then the server, the order, the reviews if an index has keys alone, authors, own votes
        assert len(page.items) == 5
        assert_cost(costs, operations=operations, read_units=units)


def test_somebodys_reviews_are_a_query_and_a_read_of_them(
    stack: Container, critics: Critics
) -> None:
    author, _ = critics.review(critics.server())

    with count_calls() as costs:
        stack.review_lists.of_user(author.userId, WrittenQuery(), None)
    assert_cost(costs, operations=[READ, QUERY, BATCH, BATCH], read_units=2)

    # When filtered, which looks at a hundred of them in as many calls
    with count_calls() as costs:
        stack.review_lists.of_user(author.userId, WrittenQuery(rating=4, verified=False), None)
    assert_cost(costs, operations=[READ, QUERY, BATCH, BATCH], read_units=2)


def test_favourites(stack: Container, critics: Critics) -> None:
    caller, server = critics.person(), critics.server()

    # When added: favourite, two counters, checks of user and server, doubled; an index entry
    with count_calls() as costs:
        stack.favorites.add(caller, server)
    assert_cost(costs, operations=[TRANSACT], write_units=11)

    with count_calls() as costs:
        stack.favorites.list(caller, Page())
    assert_cost(costs, operations=[QUERY, BATCH], read_units=3.5)

    with count_calls() as costs:
        stack.favorites.marked(stack.servers.get(server)[0], caller)
    assert_cost(costs, operations=[QUERY, BATCH], read_units=1)

    with count_calls() as costs:
        stack.favorites.remove(caller, server)
    assert_cost(costs, operations=[TRANSACT], write_units=7)
