"""API tokens on every engine: never more than there are places, and what each request costs."""

from collections.abc import Callable
from functools import partial

import pytest

from firstspawn.apitokens.models import ApiToken, ApiTokenPlace
from firstspawn.apitokens.schemas import MOST_TOKENS
from firstspawn.errors import Unauthenticated
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import Accounts
from tests.support.races import kinds, need_real_races, race
from tests.support.stacks import stack_on
from tests.support.tokens import a_token


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    _ = built.api_tokens, built.auth, built.access_tokens
    return built


@pytest.fixture
def accounts(stack: Container) -> Accounts:
    return Accounts(stack)


def test_of_36_tokens_asked_for_at_once_20_are_made(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    # Given
    account = accounts.create()
    # When
    outcomes = race([partial(a_token, stack, account)] * 36)
    # Then
    assert kinds(outcomes) == {"IssuedApiToken": MOST_TOKENS, "ApiTokenLimitReached": 16}
    assert len(list(ApiToken.scan(ApiToken.userId == account.id))) == MOST_TOKENS
    assert len(stack.api_tokens.list(account.caller).items) == MOST_TOKENS


def test_12_uses_at_once_are_noted_by_one_write(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    # Given
    secret = a_token(stack, accounts.create()).token
    # When
    with count_calls() as costs:
        outcomes = race([partial(stack.api_tokens.use, secret)] * 12)
    # Then
    assert kinds(outcomes) == {"Caller": 12}
    assert len([call for call in costs.writes if not call.error]) == 1


def test_a_token_asked_for_while_all_logins_end_is_good_for_nothing(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    for _ in range(4):
        # Given
        account = accounts.create()
        # When
        runners: list[Callable[[], object]] = [partial(a_token, stack, account)] * 6
        ending: Callable[[], object] = partial(stack.auth.logout_all, account.caller)
        outcomes = race([*runners, ending])
        # Then
        assert kinds(outcomes).keys() <= {"IssuedApiToken", "Unauthenticated", "NoneType"}
        for token in ApiToken.scan(ApiToken.userId == account.id):
            assert token.authEpoch == account.caller.epoch
        with pytest.raises(Unauthenticated):
            a_token(stack, account)


def test_revoking_one_token_12_times_at_once_ends_it_once(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    # Given
    account = accounts.create()
    token, other = a_token(stack, account), a_token(stack, account)
    # When
    outcomes = race([partial(stack.api_tokens.revoke, account.caller, token.id)] * 12)
    # Then
    assert kinds(outcomes) == {"NoneType": 1, "ApiTokenNotFound": 11}
    assert [one.id for one in ApiToken.scan(ApiToken.userId == account.id)] == [other.id]
    assert [one.id for one in ApiTokenPlace.query(f"USER#{account.id}")] == [other.id]


def test_what_tokens_cost(stack: Container, accounts: Accounts, clock: FrozenClock) -> None:
    # Given
    account = accounts.create()
    # When / Then
    with count_calls() as costs:
        token = a_token(stack, account)
    assert_cost(costs, operations=["Query", "TransactWriteItems"], read_units=1, write_units=8)
    with count_calls() as costs:
        stack.api_tokens.use(token.token)
    assert_cost(costs, operations=["GetItem", "UpdateItem"], read_units=1, write_units=2)
    clock.advance(minutes=59)
    with count_calls() as costs:
        caller = stack.api_tokens.use(token.token)
        stack.users.standing(caller)
    assert_cost(costs, operations=["GetItem", "GetItem"], read_units=2, write_units=0)
    with count_calls() as costs:
        stack.api_tokens.list(account.caller)
    assert_cost(costs, operations=["Query"], read_units=0.5)
    with count_calls() as costs:
        stack.api_tokens.revoke(account.caller, token.id)
    assert_cost(costs, operations=["Query", "TransactWriteItems"], read_units=1, write_units=6)
