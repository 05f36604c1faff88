"""Rate limits on a real table: exact under races, one write each, reset where a window ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from firstspawn.db.counters import Full, count_up
from firstspawn.db.item import Item, connect
from firstspawn.db.keys import Key, rate
from firstspawn.errors import Unavailable
from firstspawn.kit.clock import epoch
from firstspawn.ratelimit.errors import RateLimited
from firstspawn.ratelimit.policies import (
    AUTH,
    FAVORITES,
    PUZZLES,
    SEARCH,
    WRITES,
    Audience,
    Policy,
    Window,
)
from firstspawn.ratelimit.service import RateLimiter, Subject
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import REGION, Engine
from tests.support.races import kinds, race

SIXTY = Policy("sixty", {Audience.USER: (Window(60, 60),)})


@pytest.fixture
def limiter(stack: Container) -> RateLimiter:
    return stack.rate_limiter


@pytest.fixture
def user(stack: Container) -> Subject:
    return Subject(Audience.USER, stack.new_id())


def outcome(check: Callable[[], dict[str, str]]) -> dict[str, str] | Exception:
    try:
        return check()
    except RateLimited as error:
        return error


@pytest.mark.usefixtures("patient")
def test_two_hundred_racing_requests_let_exactly_the_limit_through(
    limiter: RateLimiter, user: Subject
) -> None:
    # Given 200 requests by 40 threads: the engines answer one at a time
    threads = 40

    def ask() -> list[dict[str, str] | Exception]:
        return [outcome(lambda: limiter.check(SIXTY, user)) for _ in range(200 // threads)]

    # When
    outcomes = [one for asked in race([ask] * threads) if isinstance(asked, list) for one in asked]
    # Then
    assert kinds(outcomes) == {"dict": 60, "RateLimited": 140}
    told = sorted(one["RateLimit"] for one in outcomes if isinstance(one, dict))
    assert told == sorted(f'"sixty";r={left};t=60' for left in range(60))


@pytest.mark.usefixtures("patient")
def test_racing_requests_respect_the_burst_before_the_minute(
    limiter: RateLimiter, user: Subject
) -> None:
    # When
    outcomes = race([lambda: limiter.check(SEARCH, user)] * 40)
    # Then
    assert kinds(outcomes) == {"dict": 10, "RateLimited": 30}


@pytest.mark.usefixtures("patient")
def test_of_twenty_tries_at_a_puzzle_at_once_ten_count_with_a_write_each(
    limiter: RateLimiter, user: Subject, clock: FrozenClock
) -> None:
    # Given
    def attempt() -> dict[str, str]:
        return limiter.check_total(PUZZLES, user, "one", clock() + timedelta(days=21))

    # When
    outcomes = race([attempt] * 20)
    # Then
    assert kinds(outcomes) == {"dict": 10, "RateLimited": 10}
    other = Subject(user.audience, f"{user.key}-2")
    with count_calls() as costs:
        limiter.check_total(PUZZLES, other, "one", clock() + timedelta(days=21))
    assert_cost(costs, operations=["UpdateItem"], write_units=1)


@pytest.mark.parametrize("policy", [AUTH, SEARCH, WRITES], ids=lambda policy: policy.name)
def test_a_request_is_one_write_of_one_unit_however_many_windows_it_counts_in(
    limiter: RateLimiter, user: Subject, policy: Policy
) -> None:
    with count_calls() as costs:
        limiter.check(policy, user)
    assert_cost(costs, operations=["UpdateItem"], write_units=1)


def test_a_refusal_is_one_call_and_counts_nothing(limiter: RateLimiter, user: Subject) -> None:
    # Given
    for _ in range(10):
        limiter.check(AUTH, user)
    # When
    with count_calls() as costs, pytest.raises(RateLimited) as refused:
        limiter.check(AUTH, user)
    # Then
    assert_cost(costs, operations=["UpdateItem"])
    assert refused.value.headers["RateLimit"] == '"auth";r=0;t=60'


@pytest.mark.parametrize(
    ("policy", "audience"),
    [(WRITES, Audience.USER), (FAVORITES, Audience.PREMIUM)],
    ids=["writes", "favorites"],
)
def test_the_item_is_bounded_and_its_last_request_still_costs_one_unit(
    stack: Container, clock: FrozenClock, policy: Policy, audience: Audience
) -> None:
    # Given an hour's last request but one, every one of them in a second of its own
    subject, limit = Subject(audience, stack.new_id()), policy.windows[audience][-1].limit
    for _ in range(limit - 1):
        stack.rate_limiter.check(policy, subject)
        clock.advance(seconds=17)
    # When
    with count_calls() as costs:
        headers = stack.rate_limiter.check(policy, subject)
    # Then
    assert_cost(costs, operations=["UpdateItem"], write_units=1)
    assert f'"{policy.name}";r=0' in headers["RateLimit"]
    item = Item._get_connection().get_item(*rate(policy.name, subject.key, epoch(clock()) // 3600))
    attributes = item["Item"]
    assert len(attributes) <= 4 + limit * len(policy.windows[audience])
    assert sum(len(name) + 2 for name in attributes) < 900


def test_a_window_ends_at_its_boundary_and_not_before(
    limiter: RateLimiter, user: Subject, clock: FrozenClock
) -> None:
    # Given a full minute
    for _ in range(10):
        limiter.check(AUTH, user)
    # When / Then its last second refuses, the next one starts afresh
    clock.advance(seconds=59)
    with pytest.raises(RateLimited) as refused:
        limiter.check(AUTH, user)
    assert refused.value.headers["Retry-After"] == "1"
    clock.advance(seconds=1)
    assert limiter.check(AUTH, user)["RateLimit"] == '"auth";r=9;t=60'


def test_subjects_and_policies_do_not_share_their_counters(
    limiter: RateLimiter, user: Subject, stack: Container
) -> None:
    # Given
    for _ in range(10):
        limiter.check(AUTH, user)
    # When / Then
    assert limiter.check(AUTH, Subject(Audience.USER, stack.new_id()))
    assert limiter.check(SEARCH, user)


def test_the_counters_expire_soon_after_their_longest_window(
    limiter: RateLimiter, user: Subject, clock: FrozenClock
) -> None:
    # When
    limiter.check(WRITES, user)
    # Then
    hour = epoch(clock()) // 3600
    item = Item._get_connection().get_item(*rate("writes", user.key, hour))["Item"]
    assert item["expiresAt"]["N"] == str((hour + 1) * 3600 + 60)
    assert item["type"]["S"] == "Rate"


def test_a_refused_count_tells_what_is_stored(engine: Engine) -> None:
    # Given
    key = Key("COUNTERS", engine.name)
    count_up(key, "Test", {"a": 5, "b": 1}, expires=1)
    # When
    with pytest.raises(Full) as refused:
        count_up(key, "Test", {"a": 5, "b": 1}, expires=1)
    # Then neither was counted; MiniStack keeps the item to itself
    assert refused.value.stored in ({"a": 1, "b": 1}, {})
    assert count_up(key, "Test", {"a": 5}, expires=1) == {"a": 2, "b": 1}


def test_reads_pass_and_logins_wait_while_the_table_is_down(
    engine: Engine, limiter: RateLimiter, user: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a table behind a closed port
    monkeypatch.setattr(Item.Meta, "max_retry_attempts", 0)
    connect(engine.table, REGION, "http://127.0.0.1:9")
    try:
        # When / Then
        assert limiter.check(SEARCH, user) == {}
        with pytest.raises(Unavailable):
            limiter.check(AUTH, user)
    finally:
        connect(engine.table, REGION, engine.endpoint or None)


def test_a_mistake_of_ours_is_no_outage(engine: Engine) -> None:
    # Given a table that was never made
    connect("no-such-table", REGION, engine.endpoint or None)
    try:
        # When / Then
        with pytest.raises(ClientError, match="ResourceNotFound"):
            count_up(Key("A", "B"), "Test", {"a": 1}, expires=1)
    finally:
        connect(engine.table, REGION, engine.endpoint or None)
