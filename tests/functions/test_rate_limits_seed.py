"""The seed's table of limits, row by row, as the deployed routes declare it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from app import app
from firstspawn.errors import Unauthenticated
from firstspawn.ratelimit.errors import RateLimited
from firstspawn.ratelimit.policies import PUZZLES, Audience, Policy
from firstspawn.ratelimit.service import RateLimiter, Subject
from firstspawn.wiring import Container
from functions.http.access import PLUGINS, Access
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.factories import Accounts
from tests.support.rates import Counters

MINUTE, HOUR = 60, 3600
TIERS = (Audience.GUEST, Audience.USER, Audience.PREMIUM, Audience.SERVER_OWNER)


@dataclass(frozen=True)
class Row:
    """Routes, their window in seconds, and what each tier may do in it; 0 is nothing at all."""

    routes: tuple[str, ...]
    seconds: int
    limits: tuple[int, int, int, int]


SEARCH = ("GET /servers", "GET /servers/suggest")
REVIEWS = ("POST /servers/{server}/reviews", "PATCH /reviews/{review}")
FAVORITES = ("POST /favorites/{server}", "DELETE /favorites/{server}")
AUTH = (
    "POST /auth/register", "POST /auth/login", "POST /auth/refresh", "POST /auth/verify-email",
    "POST /auth/resend-verification", "POST /auth/forgot-password", "POST /auth/reset-password",
    "GET /auth/{provider}", "GET /auth/{provider}/callback", "POST /auth/confirm-email-change",
)  # fmt: skip
ROWS = (
    Row(SEARCH, MINUTE, (30, 60, 120, 120)),
    Row(REVIEWS, HOUR, (0, 5, 10, 10)),
    Row(AUTH, MINUTE, (5, 10, 10, 10)),
    Row(FAVORITES, HOUR, (0, 100, 200, 200)),
)
CASES = [
    pytest.param(route, tier, limit, row.seconds, id=f"{route}-{tier}")
    for row in ROWS
    for route in row.routes
    for tier, limit in zip(TIERS, row.limits, strict=True)
]


def declared(route: str) -> Any:
    method, _, path = route.partition(" ")
    return next(r for r in app.declared if (r.method, r.path) == (method, f"/api/v1{path}"))


def let_in(policy: Policy, audience: Audience, seconds: int, clock: FrozenClock) -> int:
    """How many requests of one caller pass in a window, if they come no faster than bursts may."""
    limiter, passed = RateLimiter(Counters(), b"k" * 32, clock, 1), 0
    most = policy.windows[audience][-1].limit + 1
    for _ in range(most):
        try:
            limiter.check(policy, Subject(audience, "one"))
            passed += 1
        except RateLimited:
            continue
        finally:
            clock.advance(seconds=(seconds - 1) / most)
    return passed


@pytest.mark.parametrize(("route", "tier", "limit", "seconds"), CASES)
def test_a_route_lets_each_tier_in_as_often_as_the_seed_says(
    clock: FrozenClock, route: str, tier: Audience, limit: int, seconds: int
) -> None:
    found = declared(route)
    if not limit:
        assert found.access is not Access.GUEST
        assert tier not in found.limit.windows
        return
    assert let_in(found.limit, tier, seconds, clock) == limit


def test_a_plugin_calls_a_thousand_times_a_minute_and_nobody_else_at_all() -> None:
    # Given
    routes = [route for route in app.declared if route.access in PLUGINS]
    # Then
    assert routes
    for route in routes:
        assert route.limit
        assert [*route.limit.windows] == [Audience.PLUGIN]
        window = route.limit.windows[Audience.PLUGIN][-1]
        assert (window.limit, window.seconds) == (1000, MINUTE)


@pytest.mark.parametrize(
    ("profile", "most"), [({}, 3), ({"isPremium": True}, 10)], ids=["user", "premium"]
)
def test_a_tier_lists_so_many_servers_in_all(
    client: Client, accounts: Accounts, profile: dict[str, Any], most: int
) -> None:
    # Given an account that may list one more
    account = accounts.create(**profile, serverCount=most - 1)
    form = {"gameType": "MINECRAFT", "name": f"Foxglove {most}", "ip": "mc.foxglove.example.com"}
    # When
    last = client.post("/servers", form, token=account.access)
    refused = client.post("/servers", {**form, "name": "One more"}, token=account.access)
    # Then
    assert last.status == 201, last.body
    assert (refused.code, refused.json["limit"]) == ("server_limit_reached", most)


def test_an_owner_of_servers_lists_without_limit(client: Client, accounts: Accounts) -> None:
    account = accounts.create(isServerOwner=True, serverCount=5000)
    form = {"gameType": "MINECRAFT", "name": "Foxglove 5001", "ip": "mc.foxglove.example.com"}

    assert client.post("/servers", form, token=account.access).status == 201


@pytest.fixture
def limiter(stack: Container) -> RateLimiter:
    """With the limits as they are in production, on the table."""
    stack.settings = stack.settings.model_copy(update={"rate_scale": 1})
    return stack.rate_limiter


@pytest.mark.parametrize("tier", TIERS[1:])
def test_a_puzzle_is_tried_ten_times_however_long_it_is_there(
    limiter: RateLimiter, clock: FrozenClock, tier: Audience
) -> None:
    # Given a puzzle of three weeks, and somebody who tries it over days
    subject, end = Subject(tier, f"player-{tier}"), clock() + timedelta(days=21)
    told = []
    for _ in range(10):
        told.append(limiter.check_total(PUZZLES, subject, "one", end)["RateLimit"])
        clock.advance(days=1)
    # When
    with pytest.raises(RateLimited) as refused:
        limiter.check_total(PUZZLES, subject, "one", end)
    # Then
    left = [one.partition(";t=")[0] for one in told]
    assert left == [f'"puzzle";r={number}' for number in range(9, -1, -1)]
    assert refused.value.headers["Retry-After"] == str(11 * 86400)
    # And another puzzle has tries of its own, for those who are signed in
    assert limiter.check_total(PUZZLES, subject, "two", end)
    with pytest.raises(Unauthenticated):
        limiter.check_total(PUZZLES, limiter.guest("192.0.2.1"), "two", end)
