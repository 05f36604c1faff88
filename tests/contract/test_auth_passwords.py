"""Passwords on every engine: what replacing one costs, and who wins when many try."""

from collections.abc import Callable
from functools import partial

import pytest

from firstspawn.auth.models import Credential, Session
from firstspawn.auth.schemas import AccessGrant, ChangePassword, Login, ResetPassword
from firstspawn.auth.tokens import Purpose
from firstspawn.db import keys
from firstspawn.mail.models import Mail
from firstspawn.users.models import User
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import DEVICE, PASSWORD, Accounts
from tests.support.races import kinds, need_real_races, race
from tests.support.stacks import stack_on

NEW = "Netherite-Axe-2"


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    # Built before any race: a cached property may be computed twice by threads.
    _ = built.registration, built.auth, built.credentials, built.access_tokens
    return built


@pytest.fixture
def accounts(stack: Container) -> Accounts:
    return Accounts(stack)


def mailed_link(stack: Container, accounts: Accounts, email: str) -> str:
    stack.credentials.forgot(email)
    return accounts.mailed_tokens(email, Purpose.RESET_PASSWORD)[-1]


@pytest.mark.parametrize("kind", ["unknown", "unverified", "verified"])
def test_a_forgotten_password_costs_the_same_for_everybody(
    stack: Container, accounts: Accounts, kind: str
) -> None:
    # Given
    email = {
        "unknown": lambda: accounts.form().email,
        "unverified": lambda: accounts.register().email,
        "verified": lambda: accounts.create().email,
    }[kind]()
    # When
    with count_calls() as costs:
        stack.credentials.forgot(email)
    # Then
    assert_cost(costs, operations=["GetItem", "PutItem"], read_units=1, write_units=1)


@pytest.mark.parametrize(("verified", "written"), [(True, 9), (False, 11)])
def test_a_reset_is_one_transaction_and_what_ends_the_sessions(
    stack: Container, accounts: Accounts, verified: bool, written: int
) -> None:
    # Given
    email = accounts.create(verified=verified).email
    form = ResetPassword(token=mailed_link(stack, accounts, email), password=NEW)
    # When
    with count_calls() as costs:
        stack.credentials.reset(form)
    # Then: one session among the writes
    operations = ["GetItem", "GetItem", "TransactWriteItems", "Query", "BatchWriteItem"]
    assert_cost(costs, operations=operations, read_units=3, write_units=written)


def test_of_20_resets_with_one_link_one_sets_its_password(
    stack: Container, accounts: Accounts, engine: Engine
) -> None:
    # Given
    need_real_races(engine)
    account = accounts.create()
    link = mailed_link(stack, accounts, account.email)
    forms = [ResetPassword(token=link, password=f"{NEW}{number}") for number in range(20)]
    # When
    outcomes = race([partial(stack.credentials.reset, form) for form in forms])
    # Then
    assert kinds(outcomes) == {"NoneType": 1, "InvalidEmailToken": 19}
    winner = forms[[outcome is None for outcome in outcomes].index(True)]
    stack.auth.login(Login(email=account.email, password=winner.password), DEVICE)
    _has_epoch(account.id, account.email, 2)
    assert [mail.template for mail in Mail.scan() if mail.to == account.email] == [
        "password_changed"
    ]


def test_of_resets_with_different_links_at_once_one_counts(
    stack: Container, accounts: Accounts, engine: Engine
) -> None:
    # Given
    need_real_races(engine)
    account = accounts.create()
    for _ in range(10):
        stack.credentials.forgot(account.email)
    links = accounts.mailed_tokens(account.email, Purpose.RESET_PASSWORD)
    forms = [ResetPassword(token=link, password=NEW) for link in links]
    # When
    outcomes = race([partial(stack.credentials.reset, form) for form in forms])
    # Then
    assert kinds(outcomes) == {"NoneType": 1, "InvalidEmailToken": 9}
    _has_epoch(account.id, account.email, 2)


def test_no_login_with_the_old_password_survives_a_reset_it_raced(
    stack: Container, accounts: Accounts, engine: Engine
) -> None:
    # Given
    need_real_races(engine)
    account = accounts.create()
    login = Login(email=account.email, password=PASSWORD)
    form = ResetPassword(token=mailed_link(stack, accounts, account.email), password=NEW)
    # When
    logins: list[Callable[[], object]] = [partial(stack.auth.login, login, DEVICE)] * 12
    resetting: Callable[[], object] = partial(stack.credentials.reset, form)
    outcomes = race([*logins, resetting])
    # Then
    assert kinds(outcomes).keys() <= {"tuple", "WrongCredentials", "NoneType"}
    assert list(Session.scan(Session.userId == account.id)) == []


def test_a_change_is_two_reads_a_transaction_and_what_ends_the_sessions(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    form = ChangePassword(currentPassword=PASSWORD, newPassword=NEW)
    # When
    with count_calls() as costs:
        stack.credentials.change(account.caller, form)
    # Then: no other session to end
    operations = ["GetItem", "GetItem", "TransactWriteItems", "Query"]
    assert_cost(costs, operations=operations, read_units=3, write_units=8)


def test_of_20_changes_at_once_one_counts_and_its_session_lives(
    stack: Container, accounts: Accounts, engine: Engine
) -> None:
    # Given
    need_real_races(engine)
    account = accounts.create()
    forms = [
        ChangePassword(currentPassword=PASSWORD, newPassword=f"{NEW}{number}")
        for number in range(20)
    ]
    # When
    outcomes = race([partial(stack.credentials.change, account.caller, form) for form in forms])
    # Then: late ones find another password, early ones that it has changed since
    counted = kinds(outcomes)
    assert counted.pop("AccessGrant") == 1
    assert counted.keys() <= {"ChangedMeanwhile", "WrongPassword"}
    winner = forms[[isinstance(outcome, AccessGrant) for outcome in outcomes].index(True)]
    _has_epoch(account.id, account.email, 2)
    assert [session.authEpoch for session in Session.scan(Session.userId == account.id)] == [2]
    stack.auth.login(Login(email=account.email, password=winner.newPassword), DEVICE)


def _has_epoch(user_id: str, email: str, epoch: int) -> None:
    user, credential = User.get(*keys.profile(user_id)), Credential.get(*keys.credential(email))
    assert (user.authEpoch, credential.authEpoch) == (epoch, epoch)
