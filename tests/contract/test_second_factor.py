"""Second factors on every engine: what is good once is good once, and what it costs."""

from collections.abc import Callable
from functools import partial

import pytest

from firstspawn.auth.errors import SecondFactorNeeded
from firstspawn.auth.models import Credential, Session
from firstspawn.auth.proof import Proof
from firstspawn.auth.schemas import Login
from firstspawn.db import keys
from firstspawn.secondfactor.models import PendingFactor, SecondFactor
from firstspawn.secondfactor.repository import FactorRepository
from firstspawn.secondfactor.schemas import (
    Entered,
    FactorProof,
    FactorRequired,
    Reauthenticate,
    ShowFactor,
)
from firstspawn.users.models import User
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import DEVICE, PASSWORD, Account, Accounts
from tests.support.factors import Factor, turn_on
from tests.support.races import kinds, need_real_races, race
from tests.support.stacks import stack_on


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    _ = built.two_step_login, built.second_factor, built.reauthentication, built.users
    built.rate_limiter._scale = 1000
    return built


@pytest.fixture
def account(stack: Container) -> Account:
    return Accounts(stack).create()


@pytest.fixture
def factor(stack: Container, account: Account, clock: FrozenClock) -> Factor:
    return turn_on(stack, account, clock)


def challenge(stack: Container, account: Account) -> str:
    asked = stack.two_step_login.login(Login(email=account.email, password=PASSWORD), DEVICE)
    assert isinstance(asked, FactorRequired)
    return str(asked.secondFactor.challenge)


def showing(stack: Container, account: Account, **proof: str) -> Callable[[], object]:
    """A login all but finished, with a challenge of its own."""
    form = ShowFactor.model_validate(proof)
    return partial(stack.two_step_login.finish, challenge(stack, account), form, DEVICE)


def test_of_20_logins_with_one_code_one_is_opened(
    engine: Engine, stack: Container, account: Account, factor: Factor
) -> None:
    need_real_races(engine)
    # Given
    logins = [showing(stack, account, code=factor.code()) for _ in range(20)]
    # When
    outcomes = race(logins)
    # Then
    assert kinds(outcomes) == {"Entered": 1, "WrongCode": 19}


def test_a_code_does_not_open_a_login_and_prove_something_else_as_well(
    engine: Engine, stack: Container, account: Account, factor: Factor
) -> None:
    need_real_races(engine)
    # Given
    caller = stack.access_tokens.read(factor.access)
    runners: list[Callable[[], object]] = [
        partial(stack.reauthentication.reauthenticate, caller, Reauthenticate(code=factor.code()))
        for _ in range(6)
    ]
    runners += [showing(stack, account, code=factor.code()) for _ in range(6)]
    # When
    counted = kinds(race(runners))
    # Then
    assert counted.pop("WrongCode") == 11
    assert sum(counted.values()) == 1


def test_of_20_logins_with_one_recovery_code_one_is_opened(
    engine: Engine, stack: Container, account: Account, factor: Factor
) -> None:
    need_real_races(engine)
    # Given
    logins = [showing(stack, account, recoveryCode=factor.recovery[0]) for _ in range(20)]
    # When
    outcomes = race(logins)
    # Then
    assert kinds(outcomes) == {"Entered": 1, "WrongCode": 19}
    caller = stack.access_tokens.read(factor.access)
    assert stack.second_factor.status(caller).recoveryCodesLeft == 9


def test_a_challenge_answered_in_four_ways_at_once_opens_one_login(
    engine: Engine, stack: Container, account: Account, factor: Factor
) -> None:
    need_real_races(engine)
    # Given
    asked = challenge(stack, account)
    forms = [ShowFactor(recoveryCode=code) for code in factor.recovery[:4]]
    before = sessions_of(account)
    # When
    outcomes = race([partial(stack.two_step_login.finish, asked, form, DEVICE) for form in forms])
    # Then the other codes are still good
    assert kinds(outcomes) == {"Entered": 1, "InvalidChallenge": 3}
    assert sessions_of(account) == before + 1
    caller = stack.access_tokens.read(factor.access)
    assert stack.second_factor.status(caller).recoveryCodesLeft == 9


def sessions_of(account: Account) -> int:
    return len(list(Session.scan(Session.userId == account.id)))


def test_of_40_guesses_at_one_challenge_five_are_looked_at(
    engine: Engine, stack: Container, account: Account, factor: Factor
) -> None:
    need_real_races(engine)
    # Given
    asked, wrong = challenge(stack, account), f"{(int(factor.code()) + 1) % 1_000_000:06}"
    guess = partial(stack.two_step_login.finish, asked, ShowFactor(code=wrong), DEVICE)
    # When
    outcomes = race([guess] * 40)
    # Then
    assert kinds(outcomes) == {"WrongCode": 5, "InvalidChallenge": 35}


def test_no_login_with_a_password_alone_survives_the_turning_on_it_raced(
    engine: Engine, stack: Container, clock: FrozenClock
) -> None:
    need_real_races(engine)
    for _ in range(3):
        # Given
        account = Accounts(stack).create()
        secret = stack.second_factor.enrol(account.caller).secret
        code = Factor(secret, [], "", clock).code()
        login = Login(email=account.email, password=PASSWORD)
        logins: list[Callable[[], object]] = [partial(stack.auth.login, login, DEVICE)] * 10
        turning: Callable[[], object] = partial(stack.second_factor.confirm, account.caller, code)
        # When
        outcomes = race([*logins, turning])
        # Then
        expected = {"tuple", "WrongCredentials", "SecondFactorNeeded", "FactorEnabled"}
        assert kinds(outcomes).keys() <= expected
        assert kinds(outcomes)["FactorEnabled"] == 1
        user = User.find(keys.profile(account.id), clock(), consistent=True)
        assert user is not None
        alive = list(Session.scan(Session.userId == account.id))
        assert [one.id for one in alive if one.authEpoch == user.authEpoch] == [
            account.caller.sessionId
        ]


def test_a_proof_that_knew_nothing_of_the_factor_opens_nothing(
    stack: Container, account: Account, factor: Factor
) -> None:
    """What the login record says is one thing; the profile is asked as well."""
    # Given
    epoch = account.caller.epoch + 1
    # When / Then
    with pytest.raises(Exception, match="wrong"):
        stack.auth.open(Proof(account.id, epoch, hasSecondFactor=False), DEVICE)
    assert sessions_of(account) == 1


def test_the_login_record_follows_the_profile(
    stack: Container, account: Account, factor: Factor, clock: FrozenClock
) -> None:
    # Given
    login = Login(email=account.email, password=PASSWORD)
    with pytest.raises(SecondFactorNeeded):
        stack.auth.login(login, DEVICE)
    # When
    stack.second_factor.turn_off(stack.access_tokens.read(factor.access))
    # Then
    assert stack.auth.login(login, DEVICE)
    user = User.find(keys.profile(account.id), clock(), consistent=True)
    credential = Credential.find(keys.credential(account.email), clock(), consistent=True)
    assert user is not None
    assert credential is not None
    assert credential.authEpoch == user.authEpoch == account.caller.epoch + 2
    assert not credential.hasSecondFactor
    assert not user.hasSecondFactor
    assert SecondFactor.find(keys.second_factor(account.id), clock()) is None


def test_what_turning_it_on_and_off_costs(
    stack: Container, account: Account, clock: FrozenClock
) -> None:
    # When / Then
    with count_calls() as costs:
        secret = stack.second_factor.enrol(account.caller).secret
    assert_cost(costs, operations=["GetItem", "PutItem"], read_units=1, write_units=1)
    ended = ["Query"]  # there is no other session
    with count_calls() as costs:
        enabled = stack.second_factor.confirm(account.caller, Factor(secret, [], "", clock).code())
    operations = ["GetItem", "GetItem", "TransactWriteItems", *ended]
    assert_cost(costs, operations=operations, read_units=3, write_units=12)
    caller = stack.access_tokens.read(enabled.accessToken)
    with count_calls() as costs:
        stack.second_factor.status(caller)
    assert_cost(costs, operations=["GetItem"], read_units=1)
    with count_calls() as costs:
        stack.second_factor.renew_recovery(caller)
    assert_cost(costs, operations=["GetItem", "TransactWriteItems"], read_units=1, write_units=4)
    with count_calls() as costs:
        stack.second_factor.turn_off(caller)
    operations = ["GetItem", "TransactWriteItems", *ended]
    assert_cost(costs, operations=operations, read_units=2, write_units=10)


def test_what_a_login_with_it_costs(stack: Container, account: Account, factor: Factor) -> None:
    # When / Then
    with count_calls() as costs:
        asked = challenge(stack, account)
    assert_cost(costs, operations=["GetItem", "Query"], read_units=1.5)
    with count_calls() as costs:
        done = stack.two_step_login.finish(asked, ShowFactor(code=factor.code()), DEVICE)
    assert isinstance(done, Entered)
    counted, used = ["UpdateItem", "UpdateItem"], ["UpdateItem", "UpdateItem"]
    operations = [*counted, "GetItem", *used, "PutItem", "UpdateItem"]
    assert_cost(costs, operations=operations, read_units=1, write_units=6)
    form = ShowFactor(recoveryCode=factor.recovery[0])
    asked = challenge(stack, account)
    with count_calls() as costs:
        stack.two_step_login.finish(asked, form, DEVICE)
    used = ["UpdateItem", "GetItem", "TransactWriteItems"]
    operations = [*counted, "GetItem", *used, "PutItem", "UpdateItem"]
    assert_cost(costs, operations=operations, read_units=2, write_units=9)


def test_what_proving_it_again_costs(stack: Container, account: Account) -> None:
    with count_calls() as costs:
        stack.reauthentication.reauthenticate(account.caller, Reauthenticate(password=PASSWORD))
    operations = ["UpdateItem", "GetItem", "GetItem", "GetItem", "UpdateItem"]
    assert_cost(costs, operations=operations, read_units=3, write_units=2)
    with count_calls() as costs:
        stack.reauthentication.options(account.caller)
    assert_cost(costs, operations=["Query", "GetItem", "GetItem", "GetItem"], read_units=3.5)


def test_a_wrong_code_uses_nothing_up(stack: Container, account: Account, factor: Factor) -> None:
    # Given
    asked = challenge(stack, account)
    with pytest.raises(Exception, match="wrong"):
        stack.two_step_login.finish(asked, ShowFactor(recoveryCode="0" * 10), DEVICE)
    # When / Then
    stack.factor_checks.accept(account.id, FactorProof(code=factor.code()))
    done = stack.two_step_login.finish(asked, ShowFactor(recoveryCode=factor.recovery[1]), DEVICE)
    assert isinstance(done, Entered)


def test_a_deleted_account_leaves_no_factor_behind(
    stack: Container, account: Account, factor: Factor, clock: FrozenClock
) -> None:
    # Given one more that waits for its code
    stack.second_factor.enrol(stack.access_tokens.read(factor.access))
    # When
    with count_calls() as costs:
        FactorRepository().remove(account.id)
    FactorRepository().remove(account.id)
    # Then
    assert_cost(costs, operations=["DeleteItem", "DeleteItem"], write_units=2)
    assert SecondFactor.find(keys.second_factor(account.id), clock()) is None
    assert PendingFactor.find(keys.second_factor_pending(account.id), clock()) is None
