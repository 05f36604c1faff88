"""Whoever arrives at the same moment, each invariant of signing in holds."""

from collections.abc import Callable
from functools import partial

import pytest

from firstspawn.auth.credential_repository import CredentialRepository
from firstspawn.auth.errors import InvalidRefreshToken
from firstspawn.auth.models import Credential, EmailToken, Session
from firstspawn.auth.repository import AuthRepository
from firstspawn.auth.schemas import Login
from firstspawn.db import keys
from firstspawn.errors import ChangedMeanwhile
from firstspawn.mail.models import Mail
from firstspawn.users.models import User, UsernameGuard
from firstspawn.users.names import fold_username
from firstspawn.users.schemas import Caller, UpdateProfile
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.engines import Engine
from tests.support.factories import DEVICE, PASSWORD, Accounts, store_outdated_hash
from tests.support.races import kinds, need_real_races, race
from tests.support.stacks import stack_on

pytestmark = pytest.mark.usefixtures("patient")


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    need_real_races(engine)
    built = stack_on(engine, clock)
    # Built before the race: a cached property may be computed twice by threads.
    _ = built.registration, built.auth, built.users, built.access_tokens, built.credentials
    return built


@pytest.fixture
def accounts(stack: Container) -> Accounts:
    return Accounts(stack)


def test_of_50_who_want_one_name_exactly_one_gets_it(stack: Container, accounts: Accounts) -> None:
    # Given
    name = accounts.form().username
    forms = [accounts.form(username=name) for _ in range(50)]
    # When
    outcomes = race([partial(stack.registration.register, form) for form in forms])
    # Then
    assert kinds(outcomes) == {"NoneType": 1, "UsernameTaken": 49}
    (user,) = [user for user in User.scan() if user.username == name]
    held = UsernameGuard.find(keys.username(fold_username(name)), stack.clock())
    assert held is not None
    assert held.userId == user.id
    winner = forms[[outcome is None for outcome in outcomes].index(True)]
    assert user.email == winner.email


def test_50_registrations_of_one_address_make_one_account_and_answer_alike(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    email = accounts.form().email
    forms = [accounts.form(email=email) for _ in range(50)]
    # When
    outcomes = race([partial(stack.registration.register, form) for form in forms])
    # Then
    assert kinds(outcomes) == {"NoneType": 50}
    (user,) = [user for user in User.scan() if user.email == email]
    credential = Credential.find(keys.credential(email), stack.clock())
    assert credential is not None
    assert credential.userId == user.id
    assert len([token for token in EmailToken.scan() if token.email == email]) == 1


def test_of_50_refreshes_with_one_token_one_wins_and_the_family_ends(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    # When
    outcomes = race([partial(stack.auth.refresh, account.refresh)] * 50)
    # Then
    counted = kinds(outcomes)
    assert counted.pop("tuple") == 1
    assert counted.keys() <= {"RefreshTokenReused", "InvalidRefreshToken"}
    assert counted["RefreshTokenReused"] >= 1
    assert stack.auth.sessions(account.caller).items == []
    # And its owner is told once
    mails = [mail.template for mail in Mail.scan() if mail.to == account.email]
    assert mails == ["session_stolen"]
    (won,) = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
    with pytest.raises(InvalidRefreshToken):
        stack.auth.refresh(won[1])


def test_of_20_who_use_one_mailed_link_one_does(stack: Container, accounts: Accounts) -> None:
    # Given
    form = accounts.register()
    (mailed,) = accounts.mailed_tokens(form.email)
    # When
    outcomes = race([partial(stack.registration.verify_email, mailed)] * 20)
    # Then
    assert kinds(outcomes) == {"NoneType": 1, "InvalidEmailToken": 19}
    (user,) = [user for user in User.scan() if user.email == form.email]
    assert user.emailVerified
    assert user.version == 2
    assert user.expiresAt is None


def test_no_login_survives_a_logout_all_it_raced(stack: Container, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    login = Login(email=account.email, password=PASSWORD)
    logins: list[Callable[[], object]] = [partial(stack.auth.login, login, DEVICE)] * 12
    for _ in range(3):
        caller = _current(account.caller, stack)
        # When
        ending: Callable[[], object] = partial(stack.auth.logout_all, caller)
        outcomes = race([*logins, ending])
        # Then
        assert kinds(outcomes).keys() <= {"tuple", "WrongCredentials", "NoneType"}
        user = User.find(keys.profile(account.id), stack.clock(), consistent=True)
        assert user is not None
        assert user.authEpoch == caller.epoch + 1
        epochs = {s.authEpoch for s in Session.scan(Session.userId == account.id)}
        assert epochs <= {user.authEpoch}


def test_an_outdated_hash_never_replaces_a_newer_password(
    stack: Container, accounts: Accounts
) -> None:
    # Given logins that have read an outdated hash, and a change of the password that has as well
    account, now = accounts.create(), stack.clock()
    stored = store_outdated_hash(account.email)
    logins: list[Callable[[], object]] = [
        partial(AuthRepository().rehash, account.email, stored, "same password", now)
    ] * 12
    change: Callable[[], object] = partial(
        CredentialRepository().change,
        account.caller, account.email, stored, "new password", stack.new_id(), now,
    )  # fmt: skip
    # When
    outcomes = race([*logins, change])
    # Then the change lost and says so, or holds
    credential = Credential.find(keys.credential(account.email), now, consistent=True)
    assert credential is not None
    assert kinds(outcomes[:-1]) == {"NoneType": 12}
    has_lost = isinstance(outcomes[-1], ChangedMeanwhile)
    assert credential.passwordHash == ("same password" if has_lost else "new password")


def _current(caller: Caller, stack: Container) -> Caller:
    user = User.find(keys.profile(caller.userId), stack.clock(), consistent=True)
    assert user is not None
    return Caller(caller.userId, caller.sessionId, int(user.authEpoch))


def test_of_20_who_rename_to_one_name_exactly_one_gets_it(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    people, name = [accounts.create() for _ in range(20)], accounts.form().username
    change = UpdateProfile(username=name)
    # When
    outcomes = race([partial(stack.users.update, person.caller, change, None) for person in people])
    # Then
    assert kinds(outcomes) == {"tuple": 1, "UsernameTaken": 19}
    assert len([user for user in User.scan() if user.username == name]) == 1


def test_one_persons_renames_at_once_leave_one_name_for_good(
    stack: Container, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    names = [accounts.form().username for _ in range(12)]
    # When
    outcomes = race(
        [
            partial(stack.users.update, account.caller, UpdateProfile(username=name), None)
            for name in names
        ]
    )
    # Then: some may follow each other, and the others are told to try again
    assert kinds(outcomes).keys() <= {"tuple", "ChangedMeanwhile"}
    user = User.find(keys.profile(account.id), stack.clock(), consistent=True)
    assert user is not None
    guards = list(UsernameGuard.scan(UsernameGuard.userId == account.id))
    (held,) = [guard for guard in guards if guard.expiresAt is None]
    assert keys.username(fold_username(user.username)).pk == held.PK
    won = kinds(outcomes)["tuple"]
    assert len(guards) == won + 1
    assert user.version == won + 1
