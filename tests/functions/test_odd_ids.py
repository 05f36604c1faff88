"""Ids that can be none, in every place of every route that takes one: they are not found, and reach
no key of the table, which DynamoDB would refuse for its length."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, quote

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from app import app
from firstspawn.wiring import Container
from functions.http.routes import Route
from tests.functions.conftest import new_table
from tests.functions.test_authorisation import THINGS, Thing, Town, shape
from tests.support.client import Client
from tests.support.factories import Accounts
from tests.support.playtime import fake_shelf

BUCKET = "odd-ids-media"
PREFIX = "/api/v1"
PLACES = [
    (route, name)
    for route in app.declared
    for name in (part[1:-1] for part in route.path.split("/") if part.startswith("{"))
]
ODD = [
    "a" * 3000,
    "0" * 3000,
    "\u00e9\u2026\U0001f98a" * 400,
    "\x00\x1f \u202e#:",
    "../..",
    "0" * 26,
]
# What a route needs besides to get as far as the id, where `THINGS` does not tell.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PATCH", "/auth/passkeys/*"): {"name": "Key"},
    ("POST", "/identities/link/*"): {},
    ("POST", "/reviews/*/vote"): {"isUpvote": True},
    ("POST", "/servers/*/reviews"): {"rating": 4, "content": "A harbour that nobody burnt down."},
}
# Taking away what is not there is no failure.
UNMADE = {("DELETE", f"{PREFIX}/favorites/{{server}}")}
# Keys of the table in bytes, as DynamoDB limits them.
_LIMITS = {"PK": 2048, "SK": 1024}


@pytest.fixture(scope="module")
def table() -> Iterator[str]:
    with new_table() as name:
        yield name


@pytest.fixture
def strict_keys() -> Iterator[None]:
    """A table that refuses keys as DynamoDB does; moto takes many that are too long."""
    send = BaseClient._make_api_call

    def checked(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if client.meta.service_model.service_name == "dynamodb":
            for name, value in _keys(operation, arguments):
                if not 0 < len(value.encode()) <= _LIMITS[name]:
                    problem = {"Code": "ValidationException", "Message": f"size of {name}"}
                    raise ClientError({"Error": problem}, operation)
        return send(client, operation, arguments)

    with patch.object(BaseClient, "_make_api_call", checked):
        yield


def _keys(operation: str, node: Any) -> Iterator[tuple[str, str]]:
    """Every key in a call's arguments; of a query's, its values."""
    if isinstance(node, list):
        for one in node:
            yield from _keys(operation, one)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in _LIMITS and isinstance(value, dict) and "S" in value:
                yield name, value["S"]
            elif name == "ExpressionAttributeValues" and operation == "Query":
                yield from (("SK", one["S"]) for one in value.values() if "S" in one)
            else:
                yield from _keys(operation, value)


@pytest.fixture
def town(accounts: Accounts, stack: Container, s3: Any) -> Town:
    fake_shelf(stack)
    return Town(accounts, stack)


def thing_of(route: Route) -> Thing:
    """A route's call, with what `THINGS` knows of it."""
    path = route.path.removeprefix(PREFIX)
    known = next(
        (one for one in THINGS if (one.method, shape(one.path)) == (route.method, shape(path))),
        Thing(route.method, path, ("admin",)),
    )
    body = BODIES.get((route.method, shape(path)), known.body)
    query = known.path[len(known.path.partition("?")[0]) :]
    return Thing(route.method, path + query, known.allowed, body)


def test_an_id_that_can_be_none_is_not_found_wherever_it_is_taken(
    client: Client, town: Town, strict_keys: None
) -> None:
    # Given
    wrong = []
    things = town.things()
    real = {name: things[name] for name in ("server", "review", "plugin", "window", "anomaly")}
    real |= {"kind": "review", "subject": things["review"]}
    for route, name in PLACES:
        thing = thing_of(route)
        path, _, query = thing.path.partition("?")
        token = town.token("admin" if "admin" in thing.allowed else "owner")
        for odd in ODD:
            # When
            full = path.format_map({**real, name: quote(odd, safe="")})
            answer = client.call(
                route.method, full, thing.body, token=token, query=parse_qsl(query)
            )
            # Then
            if answer.status != (204 if (route.method, route.path) in UNMADE else 404):
                wrong.append((route.method, route.path, name, odd[:5], answer.status, answer.body))
    assert wrong == []
