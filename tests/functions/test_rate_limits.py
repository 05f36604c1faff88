"""Rate limits through the door: who is counted as whom, and what the answers say."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from app import app
from firstspawn.clients.search import open_search
from firstspawn.errors import Unavailable
from firstspawn.ratelimit.policies import AUTH, SEARCH, WRITES
from firstspawn.users.schemas import Tier
from firstspawn.wiring import Container
from functions.http.access import Access, admit
from functions.http.openapi import openapi_json
from functions.http.request import read_event
from tests.support.client import Client
from tests.support.factories import PASSWORD, Accounts
from tests.support.http_events import Call, Event, rest_event, url_event
from tests.support.permissions import under_role

LOGIN = "/auth/login"
WRONG = {"email": "nobody@mail.example.com", "password": "Wrong-Password-1"}
From = Callable[[str], Client]
_numbers = count(1)


@pytest.fixture
def stack(stack: Container, tmp_path: Path) -> Iterator[Container]:
    """With the limits as they are in production, and an empty index."""
    stack.settings = stack.settings.model_copy(update={"rate_scale": 1})
    stack.search_engine = engine = open_search(f"sqlite:///{tmp_path}/search.db")
    engine.prepare()
    yield stack
    engine.close()


@pytest.fixture
def address() -> str:
    """A client nobody has counted yet."""
    return f"198.51.100.{next(_numbers)}"


@pytest.fixture
def client_at(stack: Container) -> From:
    """A client whose requests reach the gateway from an address, whatever they claim."""

    def at(source: str) -> Client:
        def door(call: Call) -> Event:
            event = rest_event(call)
            event["requestContext"]["identity"]["sourceIp"] = source
            return event

        return Client(under_role(app, "APIHandler"), door)

    return at


def refresh(client: Client) -> Any:
    return client.post("/auth/refresh", {"refreshToken": "x"})


def test_a_guest_is_refused_with_a_problem_that_says_when_to_come_back(
    client_at: From, address: str
) -> None:
    # Given
    client = client_at(address)
    left = [refresh(client).headers["ratelimit"] for _ in range(5)]
    # When
    refused = refresh(client)
    # Then
    assert left == [f'"auth";r={n};t=60' for n in (4, 3, 2, 1, 0)]
    assert refused.status == 429
    assert refused.code == "rate_limited"
    assert refused.json["type"] == (
        "https://iana.org/assignments/http-problem-types#quota-exceeded"
    )
    assert refused.json["violated-policies"] == ["auth"]
    assert refused.headers["retry-after"] == "60"
    assert refused.headers["ratelimit-policy"] == '"auth";q=5;w=60'


def test_no_header_makes_a_client_somebody_else(client_at: From, address: str) -> None:
    # Given a guest who used the minute up
    client = client_at(address)
    for _ in range(5):
        refresh(client)
    # When it claims to be others
    claims = {
        "X-Forwarded-For": "192.0.2.1", "X-Real-Ip": "192.0.2.2", "Forwarded": "for=192.0.2.3",
        "CF-Connecting-IP": "192.0.2.4", "True-Client-IP": "192.0.2.5",
    }  # fmt: skip
    answer = client.post("/auth/refresh", {"refreshToken": "x"}, headers=claims)
    # Then
    assert answer.status == 429


def test_a_function_urls_clients_are_counted_by_their_address_too(
    stack: Container, address: str
) -> None:
    # Given a client that claims to be another one each time
    def event(number: int) -> Event:
        other = f"192.0.2.{number}"
        headers = {"X-Forwarded-For": other, "Forwarded": f"for={other}", "X-Real-Ip": other}
        call = Call("POST", "/api/v1/auth/refresh", headers, body='{"refreshToken": "x"}')
        made = url_event(call)
        made["requestContext"]["http"]["sourceIp"] = address
        return made

    # When
    statuses = [app(event(number), None)["statusCode"] for number in range(6)]
    # Then
    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize("path", ["/auth/forgot-password", "/auth/resend-verification"])
@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
def test_one_address_is_mailed_three_times_a_minute_whoever_asks_from_wherever(
    client_at: From, accounts: Accounts, path: str, is_known: bool
) -> None:
    # Given
    email = accounts.create(verified=False).email if is_known else accounts.form().email
    # When
    answers = [
        client_at(f"203.0.113.{next(_numbers)}").post(path, {"email": spelling})
        for spelling in (email, email.upper(), email, email)
    ]
    # Then known and unknown addresses answer alike
    assert [answer.status for answer in answers] == [202, 202, 202, 429]
    assert answers[-1].json["violated-policies"] == ["mails"]
    assert answers[-1].headers["retry-after"] == "60"
    # And another address is none of its business
    other = client_at(f"203.0.113.{next(_numbers)}").post(path, {"email": accounts.form().email})
    assert other.status == 202


def test_a_user_is_counted_alone_wherever_they_are(
    client_at: From, accounts: Accounts, address: str
) -> None:
    # Given a guest's address with nothing left
    account, client = accounts.create(), client_at(address)
    for _ in range(10):
        client.get("/servers")
    assert client.get("/servers").status == 429
    # When a user searches from there, and from elsewhere
    here = client.get("/servers", token=account.access)
    there = client_at("192.0.2.99").get("/servers", token=account.access)
    # Then
    assert here.headers["ratelimit"] == '"search-1s";r=9;t=1, "search";r=59;t=60'
    assert there.headers["ratelimit"] == '"search-1s";r=8;t=1, "search";r=58;t=60'


def test_a_refused_request_does_nothing_and_a_failed_one_counts(
    client_at: From, address: str, accounts: Accounts
) -> None:
    # Given five wrong passwords
    account, client = accounts.create(), client_at(address)
    answers = [client.post(LOGIN, {**WRONG, "email": account.email}) for _ in range(5)]
    assert {answer.status for answer in answers} == {401}
    # When the right one comes within the minute
    right = {"email": account.email, "password": PASSWORD}
    refused = client.post(LOGIN, right)
    # Then
    assert refused.status == 429
    assert refused.cookies == []


def test_a_tier_counts_from_the_next_login_on_and_survives_refreshes(
    client_at: From, accounts: Accounts, address: str
) -> None:
    # Given an account that became premium while signed in
    account = accounts.create(isPremium=True)
    client = client_at(address)
    before = client.get("/servers", token=account.access)
    # When it signs in again, and refreshes
    right = {"email": account.email, "password": PASSWORD, "tokenTransport": "body"}
    grant = client.post(LOGIN, right).json
    fresh = client.post("/auth/refresh", {"refreshToken": grant["refreshToken"]}).json
    # Then
    limits = [
        client.get("/servers", token=token).headers["ratelimit-policy"].rpartition(", ")[2]
        for token in (grant["accessToken"], fresh["accessToken"])
    ]
    assert before.headers["ratelimit-policy"].endswith('"search";q=60;w=60')
    assert limits == ['"search";q=120;w=60'] * 2


def test_every_write_is_counted_and_a_guests_strictly_unless_declared() -> None:
    # Given
    declared = {(route.method, route.path): route for route in app.declared}
    writes = [route for route in app.declared if route.method != "GET"]
    # Then
    assert all(route.limit for route in writes)
    guests = {r.path for r in writes if r.access is Access.GUEST and r.limit is not AUTH}
    assert guests == {"/api/v1/auth/logout"}
    assert declared["GET", "/api/v1/servers"].limit is SEARCH
    assert declared["PATCH", "/api/v1/users/me"].limit is WRITES


def test_a_signed_in_write_is_counted_after_its_access_check(
    client_at: From, accounts: Accounts, address: str
) -> None:
    # Given
    client, account, banned = client_at(address), accounts.create(), accounts.create(isBanned=True)
    # When
    answer = client.patch("/users/me", {"bio": "x"}, token=account.access)
    refused = client.patch("/users/me", {"bio": "x"}, token=banned.access)
    # Then
    assert answer.headers["ratelimit"].startswith('"writes-1s";r=9;t=1, "writes-60s";r=59;t=60')
    assert refused.status == 403
    assert "ratelimit" not in refused.headers


def test_searches_pass_and_logins_wait_while_the_counters_are_down(
    stack: Container, client_at: From, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    def down(*_: Any, **__: Any) -> Any:
        raise Unavailable

    monkeypatch.setattr("firstspawn.ratelimit.repository.count_up", down)
    client = client_at(address)
    # When
    search, login = client.get("/servers"), client.post(LOGIN, WRONG)
    # Then
    assert search.status == 200
    assert "ratelimit" not in search.headers
    assert (login.status, login.code) == (503, "unavailable")
    assert login.headers["retry-after"]


def test_a_browser_may_read_the_headers(client_at: From, address: str) -> None:
    origin = {"Origin": "http://localhost:3000"}

    answer = client_at(address).get("/servers", headers=origin)

    exposed = answer.headers["access-control-expose-headers"]
    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed.split(", "))


def test_the_document_tells_the_limits() -> None:
    paths = json.loads(openapi_json())["paths"]
    search, login = paths["/api/v1/servers"]["get"], paths["/api/v1/auth/login"]["post"]
    edit = paths["/api/v1/users/me"]["patch"]

    assert search["x-rate-limit"]["windows"]["guest"] == [
        {"limit": 10, "seconds": 1}, {"limit": 30, "seconds": 60}
    ]  # fmt: skip
    assert "guest" not in edit["x-rate-limit"]["windows"]
    assert "`rate_limited`" in search["responses"]["429"]["description"]
    assert "`unavailable`" in login["responses"]["503"]["description"]
    assert "x-rate-limit" not in paths["/api/v1/tags"]["get"]


def test_a_write_sees_the_tier_of_now(accounts: Accounts) -> None:
    # Given a token of before the account became a server owner's
    account = accounts.create(isServerOwner=True)
    headers = {"Authorization": f"Bearer {account.access}"}
    request = read_event(rest_event(Call("PATCH", "/x", headers)))
    assert account.caller.tier is Tier.USER
    # When
    admit(request, Access.USER, verified=False, scope=None)
    # Then
    assert request.user.tier is Tier.SERVER_OWNER
