"""Deletions on every engine: whoever is at it in the same moment, and what they cost."""

from collections.abc import Callable
from functools import partial
from unittest.mock import Mock

import pytest

from firstspawn.auth.models import Credential, Session
from firstspawn.auth.schemas import Login
from firstspawn.db import keys
from firstspawn.deletions.models import DeletedUser, Deletion
from firstspawn.deletions.repository import DeletionRepository
from firstspawn.deletions.schemas import DeletionMessage
from firstspawn.identities.models import Identity, IdentityGuard
from firstspawn.mail.models import Mail
from firstspawn.servers.models import Server
from firstspawn.users.models import User
from firstspawn.users.schemas import UpdateProfile
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import DEVICE, PASSWORD, Account, Accounts
from tests.support.identities import an_identity, link
from tests.support.races import kinds, need_real_races, race
from tests.support.servers import server_form
from tests.support.stacks import stack_on


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    built.__dict__["media"] = Mock()  # no bucket here
    _ = built.deletions, built.auth, built.access_tokens, built.identities, built.users
    _ = built.server_registration, built.servers, built.api_tokens
    return built


@pytest.fixture
def accounts(stack: Container) -> Accounts:
    return Accounts(stack)


def carry_out(stack: Container, account: Account) -> Callable[[], object]:
    return partial(stack.deletions.carry_out, DeletionMessage(userId=account.id))


def due(stack: Container, accounts: Accounts, clock: FrozenClock) -> Account:
    """An account whose deletion is due."""
    account = accounts.create()
    stack.deletions.schedule(account.caller)
    clock.advance(days=7)
    return accounts.again(account)


def profile(account: Account) -> User:
    return User.get(*keys.profile(account.id), consistent_read=True)


def last_mails(account: Account) -> int:
    told = Mail.scan((Mail.to == account.email) & (Mail.template == "account_deleted"))
    return len(list(told))


def test_of_cancelling_and_carrying_out_one_happens(
    engine: Engine, stack: Container, accounts: Accounts, clock: FrozenClock
) -> None:
    need_real_races(engine)
    for _ in range(4):
        # Given
        account = due(stack, accounts, clock)
        cancel: Callable[[], object] = partial(stack.deletions.cancel, account.caller)
        # When
        outcomes = race([cancel, carry_out(stack, account)])
        # Then
        cancelled, gone = outcomes[0] is None, profile(account).deletedAt is not None
        assert cancelled is not gone, outcomes
        has_credential = Credential.find(keys.credential(account.email), clock()) is not None
        assert (has_credential, last_mails(account)) == (cancelled, int(gone))
        assert (profile(account).username == account.username) is cancelled


@pytest.mark.parametrize("bare", [True, False], ids=["bare", "with much"])
def test_one_deletion_told_6_times_at_once_ends_once(
    engine: Engine, stack: Container, accounts: Accounts, clock: FrozenClock, *, bare: bool
) -> None:
    need_real_races(engine)
    # Given one that has begun
    account = due(stack, accounts, clock)
    if not bare:
        link(stack, account, an_identity())
        stack.server_registration.register(account.caller, server_form())
    DeletionRepository().begin(Deletion.get(*keys.deletion(account.id)), clock())
    # When some may have to come again
    race([carry_out(stack, account)] * 6)
    carry_out(stack, account)()
    # Then
    assert last_mails(account) == 1
    assert len(list(DeletedUser.scan(DeletedUser.userId == account.id))) == 1
    assert list(IdentityGuard.scan(IdentityGuard.userId == account.id)) == []
    assert int(profile(account).serverCount) == 0


def test_nobody_comes_in_while_the_account_goes(
    engine: Engine, stack: Container, accounts: Accounts, clock: FrozenClock
) -> None:
    need_real_races(engine)
    for _ in range(3):
        # Given
        account = due(stack, accounts, clock)
        login = partial(stack.auth.login, Login(email=account.email, password=PASSWORD), DEVICE)
        here: list[Callable[[], object]] = [
            login, login, login,
            partial(link, stack, account, an_identity()),
            partial(stack.server_registration.register, account.caller, server_form()),
            partial(stack.users.update, account.caller, UpdateProfile(bio="still here"), None),
        ]  # fmt: skip
        # When
        race([*here, carry_out(stack, account)])
        for _ in range(3):  # a delivery may meet one of them, and comes again
            race([carry_out(stack, account)])
        # Then
        assert last_mails(account) == 1
        assert list(Session.scan(Session.userId == account.id)) == []
        assert list(Identity.scan(Identity.userId == account.id)) == []
        owned = list(Server.scan(Server.ownerId == account.id))
        assert all(server.deletedAt for server in owned)
        assert profile(account).bio is None


def test_8_wishes_at_once_are_one(engine: Engine, stack: Container, accounts: Accounts) -> None:
    need_real_races(engine)
    # Given
    account = accounts.create()
    # When
    outcomes = race([partial(stack.deletions.schedule, account.caller)] * 8)
    # Then
    assert kinds(outcomes) == {"DeletionView": 8}
    assert len(list(Mail.scan(Mail.to == account.email))) == 1


def test_what_a_deletion_costs(stack: Container, accounts: Accounts, clock: FrozenClock) -> None:
    # Given
    account = accounts.create()
    # When / Then
    with count_calls() as costs:
        stack.deletions.schedule(account.caller)
    assert_cost(costs, operations=["GetItem", "TransactWriteItems"], read_units=1, write_units=8)
    with count_calls() as costs:
        stack.deletions.cancel(account.caller)
    assert_cost(costs, operations=["GetItem", "TransactWriteItems"], read_units=1, write_units=8)
    stack.deletions.schedule(account.caller)
    clock.advance(days=7)
    with count_calls() as costs:
        (page,) = DeletionRepository().due(clock().date(), clock())
    assert account.id in page
    assert_cost(costs, operations=["Query"], read_units=0.5)
    repository, deletion = DeletionRepository(), Deletion.get(*keys.deletion(account.id))
    with count_calls() as costs:
        repository.begin(deletion, clock())
    assert_cost(costs, operations=["GetItem", "TransactWriteItems"], read_units=1, write_units=11)
    with count_calls() as costs:
        repository.finish(deletion, stack.new_id(), clock())
    assert_cost(costs, operations=["TransactWriteItems"], write_units=10)


def test_the_worklist_is_read_a_page_at_a_time(
    stack: Container, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a day when many wanted to go
    clock.advance(days=100)
    monkeypatch.setattr("firstspawn.deletions.repository._PAGE", 3)
    with Deletion.batch_write() as batch:
        for number in range(8):
            batch.save(
                Deletion.at(
                    keys.deletion(f"u{number}"), userId=f"u{number}", state="SCHEDULED",
                    dueAt=clock(), GSI2PK=keys.deletions_due(clock().date()),
                    GSI2SK=clock().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                )
            )  # fmt: skip
    # When
    with count_calls() as costs:
        pages = list(DeletionRepository().due(clock().date(), clock()))
    # Then
    assert [len(page) for page in pages] == [3, 3, 2]
    assert {one for page in pages for one in page} == {f"u{number}" for number in range(8)}
    assert_cost(costs, operations=["Query"] * 3)
