"""Who may do what with reviews and favourites: every route, every role, every answer."""

from typing import Any

import pytest

from app import app
from firstspawn.reviews.schemas import CreateReview
from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.factories import Account, Accounts
from tests.support.reviews import TEXT, Critics

ROLES = ("guest", "user", "author", "owner", "moderator", "admin", "banned", "unverified")
FORM, EDIT, VOTE, REPLY = (
    {"rating": 4, "content": TEXT}, {"rating": 2}, {"isUpvote": True}, {"content": "Thank you"},
)  # fmt: skip
ALL = dict.fromkeys(ROLES, "ok")
SIGNED_IN = ALL | {"guest": "unauthenticated"}
WRITERS = SIGNED_IN | {"banned": "banned", "unverified": "email_not_verified"}
NOT_MINE = dict.fromkeys(("user", "owner", "moderator", "admin"), "not_the_author")
NOT_MY_SERVER = dict.fromkeys(("user", "author", "moderator", "admin"), "not_the_owner")
STAFF = dict.fromkeys(("user", "author", "owner", "unverified"), "forbidden")
UNSEEN = dict.fromkeys(("guest", "user", "owner", "banned", "unverified"), "review_not_found")

# Method, path, body, and what each role is told. `{review}` is the author's, `{hidden}` as well.
MATRIX: list[tuple[str, str, Any, dict[str, str]]] = [
    ("GET", "/servers/{server}/reviews", None, ALL),
    ("GET", "/users/{author}/reviews", None, ALL),
    ("GET", "/reviews/{review}", None, ALL),
    ("GET", "/reviews/{hidden}", None, ALL | UNSEEN),
    ("POST", "/servers/{server}/reviews", FORM,
     WRITERS | {"author": "already_reviewed", "owner": "own_server"}),
    ("PATCH", "/reviews/{review}", EDIT, WRITERS | NOT_MINE),
    ("PATCH", "/reviews/{hidden}", EDIT,
     WRITERS | dict.fromkeys(NOT_MINE, "review_not_found") | {"author": "review_hidden"}),
    ("GET", "/reviews/{review}/history", None,
     SIGNED_IN | STAFF | {"banned": "banned"}),
    ("POST", "/reviews/{review}/vote", VOTE, WRITERS | {"author": "own_review"}),
    ("POST", "/reviews/{hidden}/vote", VOTE,
     WRITERS | dict.fromkeys(NOT_MINE, "review_not_found") | {"author": "own_review"}),
    ("DELETE", "/reviews/{review}/vote", None,
     WRITERS | {"author": "own_review", "unverified": "ok"}),
    ("POST", "/reviews/{review}/reply", REPLY, WRITERS | NOT_MY_SERVER),
    ("DELETE", "/reviews/{review}/reply", None,
     WRITERS | NOT_MY_SERVER | {"unverified": "not_the_owner"}),
    ("GET", "/favorites", None, SIGNED_IN),
    ("POST", "/favorites/{server}", None, WRITERS),
    ("DELETE", "/favorites/{server}", None, WRITERS | {"unverified": "ok"}),
    ("DELETE", "/reviews/{review}", None,
     WRITERS | NOT_MINE | {"unverified": "not_the_author"}),
]  # fmt: skip


@pytest.fixture
def people(accounts: Accounts) -> dict[str, Account]:
    """Somebody of each role."""
    special: dict[str, dict[str, Any]] = {
        "moderator": {"role": "MODERATOR"}, "admin": {"role": "ADMIN"},
        "banned": {"isBanned": True}, "unverified": {"verified": False},
    }  # fmt: skip
    return {role: accounts.create(**special.get(role, {})) for role in ROLES[1:]}


@pytest.fixture
def places(stack: Container, people: dict[str, Account]) -> dict[str, str]:
    """A server of the owner's with a review of the author's, and another one that is hidden."""
    critics, owner, author = Critics(stack), people["owner"].caller, people["author"].caller
    server, other = (critics.owners.server(owner)[1].id for _ in range(2))
    form = CreateReview(rating=5, content=TEXT)
    review, hidden = (stack.reviews.create(author, one, form)[0].id for one in (server, other))
    stack.review_visibility.hide(hidden)
    return {"server": server, "author": author.userId, "review": review, "hidden": hidden}


def test_every_route_answers_each_role_as_it_should(
    client: Client, people: dict[str, Account], places: dict[str, str]
) -> None:
    for method, path, body, expected in MATRIX:
        # When everybody asks, the author last: what they remove is gone
        answers = {}
        for role in sorted(ROLES, key="author".__eq__):
            token = people[role].access if role != "guest" else None
            answer = client.call(method, path.format(**places), body, token=token)
            answers[role] = "ok" if answer.status < 300 else answer.code
        # Then
        assert answers == expected, (method, path)


def test_every_route_of_reviews_and_favourites_is_in_the_matrix() -> None:
    # Given
    routes = {(one.method, one.path) for one in app.declared if one.tag in ("reviews", "favorites")}
    # When
    tried = {
        (method, "/api/v1" + path.replace("{hidden}", "{review}").replace("{author}", "{user}"))
        for method, path, *_ in MATRIX
    }
    # Then
    assert tried == routes
