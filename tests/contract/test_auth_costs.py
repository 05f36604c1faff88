"""What signing in costs: the budgets of docs/data-model.md, the same for known and unknown."""

import pytest

from firstspawn.auth.errors import InvalidRefreshToken, RefreshTokenReused, WrongCredentials
from firstspawn.auth.repository import AuthRepository
from firstspawn.auth.schemas import Login
from firstspawn.users.schemas import Tier, UpdateProfile
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import DEVICE, PASSWORD, Accounts, store_outdated_hash
from tests.support.stacks import stack_on


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    return stack_on(engine, clock)


@pytest.fixture
def accounts(stack: Container) -> Accounts:
    return Accounts(stack)


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "known"])
def test_a_registration_costs_the_same_for_known_and_unknown_addresses(
    stack: Container, accounts: Accounts, known: bool
) -> None:
    # Given
    form = accounts.form(email=accounts.register().email) if known else accounts.form()
    # When
    with count_calls() as costs:
        stack.registration.register(form)
    # Then: four items at two units each
    assert_cost(costs, operations=["GetItem", "TransactWriteItems"], read_units=1, write_units=8)


@pytest.mark.parametrize("kind", ["unknown", "unverified", "verified"])
def test_asking_for_another_link_costs_the_same_for_everybody(
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
        stack.registration.resend_verification(email)
    # Then
    assert_cost(costs, operations=["GetItem", "PutItem"], read_units=1, write_units=1)


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "known"])
def test_a_failed_login_costs_one_read_for_everybody(
    stack: Container, accounts: Accounts, known: bool
) -> None:
    # Given
    email = accounts.create().email if known else accounts.form().email
    # When
    with count_calls() as costs, pytest.raises(WrongCredentials):
        stack.auth.login(Login(email=email, password="Wrong-Password-1"), DEVICE)
    # Then
    assert_cost(costs, operations=["GetItem"], read_units=1)


def test_a_login_is_one_read_and_two_writes(stack: Container, accounts: Accounts) -> None:
    # Given
    email = accounts.create().email
    # When
    with count_calls() as costs:
        stack.auth.login(Login(email=email, password=PASSWORD), DEVICE)
    # Then
    assert_cost(costs, operations=["GetItem", "PutItem", "UpdateItem"], read_units=1, write_units=2)


def test_a_login_of_a_higher_tier_notes_it_in_one_more_write(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    email = accounts.create(isPremium=True).email
    # When
    with count_calls() as costs:
        _, token = stack.auth.login(Login(email=email, password=PASSWORD), DEVICE)
    # Then
    operations = ["GetItem", "PutItem", "UpdateItem", "UpdateItem"]
    assert_cost(costs, operations=operations, read_units=1, write_units=3)
    # And refreshing carries it on without another call
    with count_calls() as costs:
        grant, _ = stack.auth.refresh(token)
    assert_cost(costs, operations=["UpdateItem"], write_units=1)
    assert stack.access_tokens.read(grant.accessToken).tier is Tier.PREMIUM


def test_an_outdated_hash_is_replaced_at_the_next_login_with_one_write(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    outdated = store_outdated_hash(account.email)
    form = Login(email=account.email, password=PASSWORD)
    # When
    with count_calls() as first:
        stack.auth.login(form, DEVICE)
    with count_calls() as second:
        stack.auth.login(form, DEVICE)
    # Then
    usual = ["GetItem", "PutItem", "UpdateItem"]
    assert_cost(first, operations=["GetItem", "UpdateItem", *usual[1:]], write_units=3)
    assert_cost(second, operations=usual, write_units=2)
    # And a login that read the outdated hash leaves what is newer alone
    sessions, now = AuthRepository(), stack.clock()
    sessions.rehash(account.email, outdated, "not stored", now)
    credential = sessions.find_credential(account.email, now)
    assert credential is not None
    assert credential.passwordHash not in (outdated, "not stored")


def test_a_refresh_is_one_update(stack: Container, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    # When
    with count_calls() as costs:
        stack.auth.refresh(account.refresh)
    # Then
    assert_cost(costs, operations=["UpdateItem"], write_units=1)
    # And a reused token costs what ends the session
    with count_calls() as costs, pytest.raises(RefreshTokenReused):
        stack.auth.refresh(account.refresh)
    reads = ["GetItem", "GetItem"]
    assert_cost(costs, operations=["UpdateItem", *reads, "TransactWriteItems"], write_units=4)
    # And a forged one costs nothing
    with count_calls() as costs, pytest.raises(InvalidRefreshToken):
        stack.auth.refresh("x" * 100)
    assert_cost(costs, calls=0)


def test_verifying_an_address_is_two_reads_and_a_transaction(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    (mailed,) = accounts.mailed_tokens(accounts.register().email)
    # When
    with count_calls() as costs:
        stack.registration.verify_email(mailed)
    # Then
    assert_cost(
        costs, operations=["GetItem", "GetItem", "TransactWriteItems"], read_units=2, write_units=8
    )


def test_profiles_cost_one_read_and_a_name_two(stack: Container, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    # When / Then
    with count_calls() as costs:
        stack.users.me(account.caller)
    assert_cost(costs, operations=["GetItem"], read_units=0.5)
    with count_calls() as costs:
        stack.users.public(account.id)
    assert_cost(costs, operations=["GetItem"], read_units=0.5)
    with count_calls() as costs:
        stack.users.public(account.username)
    assert_cost(costs, operations=["GetItem", "GetItem"], read_units=1)
    with count_calls() as costs:
        stack.users.standing(account.caller)
    assert_cost(costs, operations=["GetItem"], read_units=1)


def test_editing_ones_profile_is_one_update_and_a_rename_one_transaction(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    # When / Then
    with count_calls() as costs:
        stack.users.update(account.caller, UpdateProfile(bio="x"), None)
    assert_cost(costs, operations=["UpdateItem"], write_units=1)
    with count_calls() as costs:
        renamed = UpdateProfile(username=accounts.form().username)
        stack.users.update(account.caller, renamed, None)
    assert_cost(
        costs, operations=["GetItem", "TransactWriteItems", "GetItem"], read_units=2, write_units=6
    )


def test_reading_a_token_costs_no_call(stack: Container, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    # When
    with count_calls() as costs:
        stack.access_tokens.read(account.access)
    # Then
    assert_cost(costs, calls=0)


def test_ending_sessions_costs_one_write_each_and_all_of_them_four_calls(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    with count_calls() as costs:
        stack.auth.sessions(account.caller)
    assert_cost(costs, operations=["Query"], read_units=1)
    with count_calls() as costs:
        stack.auth.logout_all(account.caller)
    # Then
    assert_cost(costs, operations=["GetItem", "TransactWriteItems", "Query", "BatchWriteItem"])
