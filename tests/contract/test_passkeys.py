"""Passkeys on every engine: unique, never the last way removed by two at once, and their cost."""

from collections.abc import Callable
from functools import partial

import pytest

from firstspawn.db import keys
from firstspawn.passkeys.models import Passkey, PasskeyGuard
from firstspawn.passkeys.repository import PasskeyRepository
from firstspawn.passkeys.schemas import PasskeyLogin, RegisterPasskey, RenamePasskey
from firstspawn.users.models import User
from firstspawn.wiring import Container
from tests.support.authenticator import Authenticator
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import DEVICE, Account, Accounts
from tests.support.factors import add_passkey
from tests.support.identities import an_identity, forget_password, link
from tests.support.races import kinds, need_real_races, race
from tests.support.stacks import stack_on


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    _ = built.passkeys, built.identities, built.users, built.access_tokens
    return built


@pytest.fixture
def account(stack: Container) -> Account:
    return Accounts(stack).create()


def registering(
    stack: Container, account: Account, credential_id: bytes = b""
) -> Callable[[], object]:
    """A passkey that is made and waits to be registered."""
    options = stack.passkeys.registration_options(account.caller).model_dump()
    answer = Authenticator().create(options, credential_id=credential_id)
    form = RegisterPasskey.model_validate({"name": "Key", "credential": answer})
    return partial(stack.passkeys.register, account.caller, form)


def signing_in(
    stack: Container, device: Authenticator, count: int | None = None
) -> Callable[[], object]:
    """An answer that waits to be sent."""
    answer = device.get(stack.passkeys.sign_in_options().model_dump(), count=count)
    form = PasskeyLogin.model_validate({"credential": answer})
    return partial(stack.passkeys.sign_in, form, DEVICE)


def stored(account: Account) -> tuple[int, int, int]:
    """How many passkeys, guards, and how many the profile counts."""
    user = User.get(*keys.profile(account.id), consistent_read=True)
    mine = list(Passkey.scan(Passkey.userId == account.id))
    guards = list(PasskeyGuard.scan(PasskeyGuard.userId == account.id))
    return len(mine), len(guards), int(user.passkeyCount or 0)


def test_of_12_who_register_one_credential_one_does(engine: Engine, stack: Container) -> None:
    need_real_races(engine)
    # Given
    people = [Accounts(stack).create() for _ in range(12)]
    runners = [registering(stack, one, b"the same credential") for one in people]
    # When
    outcomes = race(runners)
    # Then
    assert kinds(outcomes) == {"PasskeyView": 1, "PasskeyTaken": 11}
    assert sorted(map(stored, people)) == [(0, 0, 0)] * 11 + [(1, 1, 1)]


def test_of_16_registrations_at_once_ten_fit(
    engine: Engine, stack: Container, account: Account
) -> None:
    need_real_races(engine)
    # Given
    runners = [registering(stack, account) for _ in range(16)]
    # When
    outcomes = race(runners)
    # Then
    assert kinds(outcomes)["PasskeyView"] <= 10
    assert kinds(outcomes).keys() <= {
        "PasskeyView", "ChangedMeanwhile", "PasskeyLimit", "Unavailable"
    }  # fmt: skip
    many = kinds(outcomes)["PasskeyView"]
    assert stored(account) == (many, many, many)


def test_an_answer_sent_12_times_at_once_opens_one_login(
    engine: Engine, stack: Container, account: Account
) -> None:
    need_real_races(engine)
    # Given an authenticator that does not count
    device = Authenticator(counts=False)
    add_passkey(stack, account, device)
    # When
    outcomes = race([signing_in(stack, device)] * 12)
    # Then
    assert kinds(outcomes) == {"tuple": 1, "InvalidChallenge": 11}


def test_of_8_answers_with_one_counter_one_opens_a_login(
    engine: Engine, stack: Container, account: Account
) -> None:
    need_real_races(engine)
    # Given an authenticator and seven copies of it
    device = Authenticator()
    add_passkey(stack, account, device)
    runners = [signing_in(stack, device, count=5) for _ in range(8)]
    # When
    outcomes = race(runners)
    # Then
    assert kinds(outcomes) == {"tuple": 1, "InvalidPasskey": 7}


@pytest.mark.parametrize(("passkeys", "identities"), [(2, 0), (1, 1)])
def test_of_the_last_two_ways_removed_at_once_one_stays(
    engine: Engine, stack: Container, passkeys: int, identities: int
) -> None:
    need_real_races(engine)
    for _ in range(4):
        # Given an account with two ways to sign in, and no password
        account, device = Accounts(stack).create(), Authenticator()
        forget_password(account)
        for _ in range(passkeys):
            add_passkey(stack, account, device)
        ids = [one.id for one in stack.passkeys.list(account.caller).items]
        runners = [partial(stack.passkeys.remove, account.caller, one) for one in ids] * 3
        for _ in range(identities):
            identity = link(stack, account, an_identity())
            runners += [partial(stack.identities.unlink, account.caller, identity.platform)] * 3
        # When
        outcomes = race(runners)
        # Then
        expected = {"NoneType", "LastWayToSignIn", "ChangedMeanwhile", "PasskeyNotFound"}
        assert kinds(outcomes).keys() <= expected | {"IdentityNotFound"}
        left = stored(account)
        assert left[0] == left[1] == left[2]
        assert left[0] + len(stack.identities.list(account.caller).items) == 1


def test_what_keeping_passkeys_costs(stack: Container, account: Account) -> None:
    # Given
    with count_calls() as costs:
        register = registering(stack, account)
    assert_cost(costs, operations=["GetItem", "Query"], read_units=1.5)
    # When / Then
    with count_calls() as costs:
        register()
    operations = ["GetItem", "UpdateItem", "TransactWriteItems"]
    assert_cost(costs, operations=operations, read_units=1, write_units=9)
    add_passkey(stack, account, Authenticator())
    first, second = (one.id for one in stack.passkeys.list(account.caller).items)
    with count_calls() as costs:
        stack.passkeys.list(account.caller)
    assert_cost(costs, operations=["Query"], read_units=1)
    with count_calls() as costs:
        stack.passkeys.rename(account.caller, first, RenamePasskey(name="x"))
    assert_cost(costs, operations=["UpdateItem"], write_units=1)
    with count_calls() as costs:
        stack.passkeys.remove(account.caller, first)
    operations = ["GetItem", "GetItem", "TransactWriteItems"]
    assert_cost(costs, operations=operations, read_units=2, write_units=8)
    with count_calls() as costs:
        stack.passkeys.remove(account.caller, second)
    operations = ["GetItem", "GetItem", "Query", "GetItem", "TransactWriteItems"]
    assert_cost(costs, operations=operations, read_units=3.5, write_units=10)


def test_what_signing_in_with_a_passkey_costs(stack: Container, account: Account) -> None:
    # Given
    device = Authenticator()
    add_passkey(stack, account, device)
    with count_calls() as costs:
        sign_in = signing_in(stack, device)
    assert_cost(costs, calls=0)
    # When / Then
    with count_calls() as costs:
        sign_in()
    operations = ["GetItem", "UpdateItem", "UpdateItem", "GetItem", "PutItem", "UpdateItem"]
    assert_cost(costs, operations=operations, read_units=2, write_units=4)


def test_a_deleted_account_leaves_no_passkey_behind(stack: Container, account: Account) -> None:
    # Given
    device = Authenticator()
    passkey = add_passkey(stack, account, device)
    other = Accounts(stack).create()
    add_passkey(stack, other, Authenticator())
    passkeys = PasskeyRepository()
    # When it is told twice, as the reaction to a deleted account does
    with count_calls() as costs:
        passkeys.remove_all(account.id, stack.clock())
    passkeys.remove_all(account.id, stack.clock())
    # Then
    operations = ["Query", "BatchWriteItem", "BatchWriteItem"]
    assert_cost(costs, operations=operations, read_units=1, write_units=2)
    assert stored(account)[:2] == (0, 0)
    assert stored(other)[:2] == (1, 1)
    registering(stack, other, passkey.id)()
