"""Changing an address on every engine: what it costs, and whoever comes at the same moment."""

from collections.abc import Callable
from functools import partial

import pytest

from firstspawn.auth.models import Credential
from firstspawn.auth.tokens import Purpose
from firstspawn.db import keys
from firstspawn.mail.models import Mail
from firstspawn.users.models import User
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import Account, Accounts
from tests.support.races import kinds, need_real_races, race
from tests.support.stacks import stack_on

NEW, OLD = Purpose.CONFIRM_NEW_EMAIL, Purpose.CONFIRM_OLD_EMAIL
Runner = Callable[[], object]


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    # Built before any race: a cached property may be computed twice by threads.
    _ = built.registration, built.auth, built.access_tokens, built.email_changes
    return built


@pytest.fixture
def accounts(stack: Container) -> Accounts:
    return Accounts(stack)


def asked(stack: Container, accounts: Accounts, account: Account, new: str) -> tuple[str, str]:
    """A change that waits: its links to the new address and to the old one."""
    before = set(accounts.mailed_tokens(new, NEW))
    stack.email_changes.ask(account.caller, new)
    (to_new,) = set(accounts.mailed_tokens(new, NEW)) - before
    return to_new, accounts.mailed_tokens(account.email, OLD)[-1]


def holders(email: str) -> list[str]:
    return [user.id for user in User.scan() if user.email == email]


@pytest.mark.parametrize("kind", ["unknown", "unverified", "verified"])
def test_asking_costs_the_same_whoever_has_the_address(
    stack: Container, accounts: Accounts, kind: str
) -> None:
    # Given
    account = accounts.create()
    email = {
        "unknown": lambda: accounts.form().email,
        "unverified": lambda: accounts.create(verified=False).email,
        "verified": lambda: accounts.create().email,
    }[kind]()
    # When
    with count_calls() as costs:
        stack.email_changes.ask(account.caller, email)
    # Then
    reads = ["GetItem", "GetItem"]
    assert_cost(costs, operations=[*reads, "TransactWriteItems"], read_units=2, write_units=6)


def test_following_the_links_is_a_transaction_each(stack: Container, accounts: Accounts) -> None:
    # Given
    account, new = accounts.create(), accounts.form().email
    to_new, to_old = asked(stack, accounts, account, new)
    # When
    with count_calls() as first:
        stack.email_changes.confirm(to_new, None)
    with count_calls() as second:
        stack.email_changes.confirm(to_old, None)
    # Then
    reads = ["GetItem", "GetItem"]
    assert_cost(first, operations=[*reads, "TransactWriteItems"], read_units=2, write_units=4)
    reads = ["GetItem"] * 7
    operations = [*reads, "TransactWriteItems", "Query"]
    assert_cost(second, operations=operations, read_units=8, write_units=14)


def test_both_links_followed_at_once_by_many_move_the_account_once(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    # Given
    account, new = accounts.create(), accounts.form().email
    links = asked(stack, accounts, account, new)
    # When
    runners = [partial(stack.email_changes.confirm, link, None) for link in links] * 8
    outcomes = race(runners)
    # Then
    assert kinds(outcomes) == {"EmailConfirmed": 2, "InvalidEmailToken": 14}
    told = sorted(one.status for one in outcomes if not isinstance(one, Exception))
    assert told == ["changed", "waiting"]
    assert holders(new) == [account.id]
    assert [mail.template for mail in Mail.scan() if mail.to == account.email] == ["email_changed"]
    user = User.find(keys.profile(account.id), stack.clock(), consistent=True)
    assert user is not None
    assert user.authEpoch == account.caller.epoch + 1


def test_of_accounts_that_move_to_one_address_one_gets_it(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    # Given eight accounts that lack one agreement each
    new = accounts.form().email
    movers = [accounts.create() for _ in range(8)]
    last: list[Runner] = []
    for mover in movers:
        to_new, to_old = asked(stack, accounts, mover, new)
        stack.email_changes.confirm(to_old, None)
        last.append(partial(stack.email_changes.confirm, to_new, None))
    # When
    outcomes = race(last)
    # Then
    assert kinds(outcomes) == {"EmailConfirmed": 1, "EmailTaken": 7}
    (holder,) = holders(new)
    assert not isinstance(outcomes[[m.id for m in movers].index(holder)], Exception)
    # And the others have kept theirs
    for mover in movers:
        credential = Credential.find(keys.credential(mover.email), stack.clock(), consistent=True)
        assert (credential is None) is (mover.id == holder)


def test_a_registration_of_the_address_at_the_same_moment_does_not_split_it(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    for _ in range(3):
        # Given
        account, new = accounts.create(), accounts.form().email
        to_new, to_old = asked(stack, accounts, account, new)
        stack.email_changes.confirm(to_old, None)
        forms = [accounts.form(email=new) for _ in range(8)]
        # When
        registrations: list[Runner] = [partial(stack.registration.register, form) for form in forms]
        move: Runner = partial(stack.email_changes.confirm, to_new, None)
        outcomes = race([*registrations, move])
        # Then the address is the account's whose owner proved it, whoever came first
        assert kinds(outcomes[:-1]).keys() <= {"NoneType"}
        assert kinds(outcomes[-1:]) == {"EmailConfirmed": 1}
        assert holders(new) == [account.id]
        credential = Credential.find(keys.credential(new), stack.clock(), consistent=True)
        assert credential is not None
        assert (credential.userId, credential.verified) == (account.id, True)
