"""Reviews, votes and favourites over HTTP."""

from typing import Any

import pytest

from firstspawn.ratelimit.policies import REVIEWS
from firstspawn.reactions.schemas import Happening
from firstspawn.wiring import Container
from functions.queues import reactions
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.events import sqs_event
from tests.support.factories import Account, Accounts
from tests.support.permissions import under_role
from tests.support.reviews import TEXT, Critics


@pytest.fixture
def critics(stack: Container) -> Critics:
    return Critics(stack)


@pytest.fixture
def author(accounts: Accounts) -> Account:
    return accounts.create()


@pytest.fixture
def server(critics: Critics) -> str:
    return critics.server()


def write(client: Client, author: Account, server: str, **fields: Any) -> Answer:
    form = {"rating": 4, "title": "Nice", "content": TEXT, **fields}
    return client.post(f"/servers/{server}/reviews", form, token=author.access)


def test_a_review_has_every_field_of_the_seed_and_is_found_where_it_says(
    client: Client, author: Account, server: str, critics: Critics
) -> None:
    # Given somebody who has played
    critics.play(author.caller, server, 75)
    # When
    answer = write(client, author, server)
    # Then
    assert answer.status == 201, answer.body
    fields = """id serverId userId rating title content isVerified verifiedPlaytime isApproved
        isFlagged flagReason upvotes downvotes createdAt updatedAt"""
    assert set(fields.split()) <= set(answer.json)
    assert not {"PK", "GSI1PK", "version", "removedAt"} & set(answer.json)
    assert (answer.json["isVerified"], answer.json["verifiedPlaytime"]) == (True, 75)
    found = client.get(answer.headers["location"])
    assert found.json == answer.json
    assert found.headers["etag"] == answer.headers["etag"]
    assert found.headers["cache-control"] == "public, max-age=15"
    # And its author is named, and the server shows it
    assert answer.json["author"]["username"] == author.username
    shown = client.get(f"/servers/{server}").json
    assert (shown["reviewCount"], shown["averageRating"], shown["score"]) == (1, 4.0, 3.38)
    assert shown["ratingDistribution"] == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"rating": 0}, "rating"), ({"rating": 6}, "rating"), ({"rating": 4.5}, "rating"),
        ({"rating": "4"}, "rating"), ({"rating": None}, "rating"),
        ({"content": "short"}, "content"),
        ({"content": "\u200b\u202e" * 20}, "content"), ({"content": "x" * 2001}, "content"),
        ({"title": "x" * 101}, "title"), ({"isVerified": True}, "isVerified"),
    ],
)  # fmt: skip
def test_a_review_that_breaks_a_rule_names_the_field(
    client: Client, author: Account, server: str, fields: dict[str, Any], field: str
) -> None:
    answer = write(client, author, server, **fields)

    assert answer.status == 422
    assert [one["field"] for one in answer.json["errors"]] == [field]


def test_text_is_cleaned_of_what_cannot_be_seen(
    client: Client, author: Account, server: str
) -> None:
    answer = write(
        client, author, server, title=" \u202eevil\x00 ", content=f"<b>{TEXT}</b>\r\n\n\n\n\x07end"
    )

    assert answer.json["title"] == "evil"
    assert answer.json["content"] == f"<b>{TEXT}</b>\n\nend"


def test_an_edit_honours_if_match_and_is_kept_for_the_staff(
    client: Client, author: Account, server: str, accounts: Accounts, critics: Critics
) -> None:
    # Given
    written = write(client, author, server)
    review, tag = f"/reviews/{written.json['id']}", {"If-Match": written.headers["etag"]}
    moderator = accounts.create(role="MODERATOR")
    critics.vote(written.json["id"], True)
    # When: a vote has not changed the version
    edited = client.patch(review, {"title": None}, token=author.access, headers=tag)
    late = client.patch(review, {"rating": 1}, token=author.access, headers=tag)
    # Then
    assert (edited.status, edited.json["title"], edited.json["edits"]) == (200, None, 1)
    assert edited.json["upvotes"] == 1
    assert (late.status, late.code) == (412, "precondition_failed")
    (earlier,) = client.get(f"{review}/history", token=moderator.access).json["items"]
    assert earlier["title"] == "Nice"
    for body in ({"rating": None}, {"content": None}):
        assert client.patch(review, body, token=author.access).status == 422
    assert client.delete(review, token=author.access, headers=tag).status == 412
    assert client.delete(review, token=author.access).status == 204
    assert client.get(review).code == "review_not_found"


def test_what_is_no_review_is_not_found(client: Client, author: Account, server: str) -> None:
    for name in ("x", "%00", "0" * 52, server + author.id, "ﷺ" * 200):
        for method, path, body in [
            ("GET", "", None), ("PATCH", "", {"rating": 1}), ("DELETE", "", None),
            ("POST", "/vote", {"isUpvote": True}), ("DELETE", "/vote", None),
            ("POST", "/reply", {"content": "Hi"}), ("DELETE", "/reply", None),
        ]:  # fmt: skip
            expected = ("own_review", "review_not_found")
            answer = client.call(method, f"/reviews/{name}{path}", body, token=author.access)
            assert answer.code in expected, (name, method, path)
    assert client.get("/servers/nowhere/reviews").code == "server_not_found"
    assert client.get("/users/nobody-here/reviews").code == "user_not_found"


def test_lists_are_paged_filtered_and_show_ones_own_vote(
    client: Client, critics: Critics, accounts: Accounts, server: str, clock: FrozenClock
) -> None:
    # Given
    reader, written = accounts.create(), []
    for rating in (1, 5, 5):
        clock.advance(seconds=1)
        written.append(critics.review(server, rating)[1].id)
    assert client.post(
        f"/reviews/{written[0]}/vote", {"isUpvote": False}, token=reader.access
    ).json == {"reviewId": written[0], "myVote": False, "upvotes": 0, "downvotes": 1}
    path = f"/servers/{server}/reviews"
    # When
    first = client.get(path, query=[("limit", "2")])
    rest = client.get(
        path, query=[("limit", "2"), ("cursor", first.json["nextCursor"])], token=reader.access
    )
    best = client.get(path, query=[("rating", "5"), ("verified", "false"), ("sort", "rating")])
    # Then
    assert [one["id"] for one in first.json["items"]] == written[:0:-1]
    assert [(one["id"], one["myVote"]) for one in rest.json["items"]] == [(written[0], False)]
    assert rest.json["nextCursor"] is None
    assert {one["id"] for one in best.json["items"]} == set(written[1:])
    assert {one["myVote"] for one in first.json["items"]} == {None}
    # And a cursor fits its own list alone
    other = [("limit", "2"), ("cursor", first.json["nextCursor"]), ("sort", "helpful")]
    assert client.get(path, query=other).code == "bad_cursor"
    for query in ([("sort", "best")], [("rating", "6")], [("verified", "maybe")]):
        assert client.get(path, query=query).status == 422


def test_a_deleted_account_leaves_its_review_to_nobody(
    client: Client, stack: Container, author: Account, server: str
) -> None:
    # Given
    review = write(client, author, server).json["id"]
    client.patch(f"/reviews/{review}", {"rating": 5}, token=author.access)
    client.post(f"/favorites/{server}", token=author.access)
    told = Happening(id="e1", event="user.deleted", data={"userId": author.id}).model_dump_json()
    # When the reactor is told twice
    for _ in range(2):
        handler = under_role(reactions.handler, "Reactor")
        assert handler(sqs_event([told]), None) == {"batchItemFailures": []}
    # Then
    left = client.get(f"/reviews/{review}").json
    assert (left["author"], left["userId"], left["content"]) == (None, None, TEXT)
    assert stack.reviews.earlier_texts(review).items == []
    shown = client.get(f"/servers/{server}").json
    assert (shown["reviewCount"], shown["favoriteCount"]) == (1, 0)


def test_favourites_are_kept_shown_and_let_go(
    client: Client, author: Account, server: str, accounts: Accounts
) -> None:
    # When
    kept = [client.post(f"/favorites/{server}", token=author.access) for _ in range(2)]
    # Then
    assert [one.status for one in kept] == [204, 204]
    (item,) = client.get("/favorites", token=author.access).json["items"]
    assert (item["serverId"], item["server"]["id"], item["server"]["favoriteCount"]) == (
        server, server, 1
    )  # fmt: skip
    assert client.get(f"/servers/{server}", token=author.access).json["isFavorite"] is True
    stranger = accounts.create().access
    assert client.get(f"/servers/{server}", token=stranger).json["isFavorite"] is False
    assert client.get(f"/servers/{server}").json["isFavorite"] is None
    for _ in range(2):
        assert client.delete(f"/favorites/{server}", token=author.access).status == 204
    assert client.get("/favorites", token=author.access).json == {"items": [], "nextCursor": None}
    assert client.post("/favorites/no-such", token=author.access).code == "server_not_found"


def test_a_person_writes_five_reviews_an_hour(
    client: Client, stack: Container, author: Account, critics: Critics
) -> None:
    # Given the limits as they are in production
    stack.settings = stack.settings.model_copy(update={"rate_scale": 1})
    servers = [critics.server() for _ in range(6)]
    # When
    answers = [write(client, author, server) for server in servers]
    # Then
    assert [one.status for one in answers] == [201] * 5 + [429]
    assert answers[-1].json["violated-policies"] == [REVIEWS.name]


def test_what_a_person_said_is_in_their_export(
    client: Client, stack: Container, author: Account, critics: Critics, server: str
) -> None:
    # Given
    review = write(client, author, server).json["id"]
    client.patch(f"/reviews/{review}", {"rating": 5}, token=author.access)
    other = critics.review(server)[1].id
    client.post(f"/reviews/{other}/vote", {"isUpvote": True}, token=author.access)
    client.post(f"/favorites/{server}", token=author.access)
    # When
    sections = stack.export_sections
    told = {name: list(sections[name](author.id)) for name in ("reviews", "votes", "favorites")}
    # Then
    assert [one["rating"] for one in told["reviews"]] == [4, 5]
    assert [(one["reviewId"], one["isUpvote"]) for one in told["votes"]] == [(other, True)]
    assert [one["serverId"] for one in told["favorites"]] == [server]
    assert not [one for part in told.values() for one in part if "PK" in one or "isFlagged" in one]
