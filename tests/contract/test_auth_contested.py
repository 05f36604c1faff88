"""An address registered twice, on every engine: the same cost, and no race gets past the rule."""

from collections.abc import Callable
from functools import partial

import pytest

from firstspawn.auth.models import Credential, Session
from firstspawn.db import keys
from firstspawn.users.models import User
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import Accounts
from tests.support.races import kinds, need_real_races, race
from tests.support.stacks import stack_on

OTHER = "Netherite-Axe-2"


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    # Built before any race: a cached property may be computed twice by threads.
    _ = built.registration, built.auth, built.access_tokens
    return built


@pytest.fixture
def accounts(stack: Container) -> Accounts:
    return Accounts(stack)


@pytest.mark.parametrize("times", [1, 2])
def test_contesting_costs_what_any_registration_does(
    stack: Container, accounts: Accounts, times: int
) -> None:
    # Given
    email = accounts.register().email
    for number in range(1, times):
        accounts.register(email=email, password=f"{OTHER}{number}")
    form = accounts.form(email=email, password=OTHER)
    # When
    with count_calls() as costs:
        stack.registration.register(form)
    # Then
    assert_cost(costs, operations=["GetItem", "TransactWriteItems"], read_units=1, write_units=8)


def test_verifying_a_contested_address_takes_a_second_transaction(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    form = accounts.register()
    accounts.login(form)
    accounts.register(email=form.email, password=OTHER)
    (link,) = accounts.mailed_tokens(form.email)
    # When
    with count_calls() as costs:
        stack.registration.verify_email(link)
    # Then
    operations = ["GetItem"] * 2 + ["TransactWriteItems"] * 2 + ["Query", "BatchWriteItem"]
    assert_cost(costs, operations=operations, read_units=3, write_units=11)


def test_of_20_who_register_one_address_each_with_a_password_none_is_trusted(
    stack: Container, accounts: Accounts, engine: Engine
) -> None:
    # Given
    need_real_races(engine)
    email = accounts.form().email
    forms = [accounts.form(email=email, password=f"{OTHER}{number}") for number in range(20)]
    # When
    outcomes = race([partial(stack.registration.register, form) for form in forms])
    # Then
    assert kinds(outcomes) == {"NoneType": 20}
    assert len([user for user in User.scan() if user.email == email]) == 1
    assert Credential.get(*keys.credential(email)).contested is True


def test_a_registration_that_races_the_link_is_either_too_late_or_heeded(
    stack: Container, accounts: Accounts, engine: Engine
) -> None:
    # Given
    need_real_races(engine)
    for _ in range(5):
        form = accounts.register()
        accounts.login(form)
        (link,) = accounts.mailed_tokens(form.email)
        again = [accounts.form(email=form.email, password=f"{OTHER}{n}") for n in range(4)]
        registering: list[Callable[[], object]] = [
            partial(stack.registration.register, one) for one in again
        ]
        following: Callable[[], object] = partial(stack.registration.verify_email, link)
        # When
        outcomes = race([*registering, following])
        # Then
        assert kinds(outcomes) == {"NoneType": 5}
        credential = Credential.get(*keys.credential(form.email))
        user = User.get(*keys.profile(credential.userId))
        assert credential.verified
        assert credential.contested is None
        heeded = credential.passwordHash is None
        assert (user.authEpoch, credential.authEpoch) == ((2, 2) if heeded else (1, 1))
        sessions = list(Session.scan(Session.userId == user.id))
        assert len(sessions) == (0 if heeded else 1)
