"""Identities on every engine: whoever arrives at the same moment, and what it costs."""

from functools import partial

import pytest

from firstspawn.identities.models import Identity, IdentityGuard
from firstspawn.identities.schemas import Platform
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import Accounts
from tests.support.identities import an_identity, forget_password, link
from tests.support.races import kinds, need_real_races, race
from tests.support.stacks import stack_on


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    _ = built.link_codes, built.identities, built.auth, built.access_tokens
    return built


@pytest.fixture
def accounts(stack: Container) -> Accounts:
    return Accounts(stack)


def test_of_20_users_who_link_one_identity_one_gets_it(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    # Given
    people, identity = [accounts.create() for _ in range(20)], an_identity()
    # When
    outcomes = race([partial(link, stack, person, identity) for person in people])
    # Then
    assert kinds(outcomes) == {"Linkable": 1, "IdentityTaken": 19}
    (held,) = Identity.scan(Identity.platformUserId == identity.platformUserId)
    winner = people[outcomes.index(identity)]
    assert held.userId == winner.id
    assert stack.identities._identities.owner(
        identity.platform, identity.platformUserId, stack.clock()
    ) == (winner.id)


def test_of_12_accounts_of_one_platform_a_user_gets_one(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    # Given
    account, identities = accounts.create(), [an_identity() for _ in range(12)]
    # When
    outcomes = race([partial(link, stack, account, identity) for identity in identities])
    # Then nothing but the winner's two items is stored
    assert kinds(outcomes) == {"Linkable": 1, "PlatformAlreadyLinked": 11}
    assert len(stack.identities.list(account.caller).items) == 1
    assert len(list(IdentityGuard.scan(IdentityGuard.userId == account.id))) == 1


def test_linking_one_identity_12_times_at_once_links_it_once_and_fails_for_none(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    # Given
    account, identity = accounts.create(), an_identity()
    # When
    outcomes = race([partial(link, stack, account, identity)] * 12)
    # Then
    assert kinds(outcomes) == {"Linkable": 12}
    assert len(stack.identities.list(account.caller).items) == 1


def test_of_12_claims_with_one_code_one_links(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    # Given
    account = accounts.create()
    code = stack.link_codes.issue(account.caller, Platform.MINECRAFT).code
    assert code is not None
    claim = partial(stack.link_codes.claim, code, name="Notch", trusted=False)
    # When twelve servers tell of twelve players
    runners = [partial(claim, f"{number:032x}", server_id=f"s{number}") for number in range(12)]
    outcomes = race(runners)
    # Then
    assert kinds(outcomes) == {"str": 1, "InvalidLinkCode": 11}
    assert len(stack.identities.list(account.caller).items) == 1


def test_of_the_last_two_ways_to_sign_in_removed_at_once_one_stays(
    engine: Engine, stack: Container, accounts: Accounts
) -> None:
    need_real_races(engine)
    for _ in range(5):
        # Given
        account = accounts.create()
        forget_password(account)
        for platform in (Platform.DISCORD, Platform.STEAM):
            link(stack, account, an_identity(platform))
        # When
        unlink = partial(stack.identities.unlink, account.caller)
        outcomes = race([partial(unlink, "discord"), partial(unlink, "steam")])
        # Then
        counted = kinds(outcomes)
        assert counted.pop("NoneType") == 1
        assert counted.keys() <= {"ChangedMeanwhile", "LastWayToSignIn"}
        assert len(stack.identities.list(account.caller).items) == 1


def test_what_linking_listing_and_unlinking_cost(stack: Container, accounts: Accounts) -> None:
    # Given
    account, identity = accounts.create(), an_identity()
    # When / Then
    with count_calls() as costs:
        link(stack, account, identity)
    assert_cost(costs, operations=["TransactWriteItems"], write_units=6)
    with count_calls() as costs:
        stack.identities.list(account.caller)
    assert_cost(costs, operations=["Query"], read_units=1)
    with count_calls() as costs:
        stack.identities.unlink(account.caller, "discord")
    assert_cost(
        costs,
        operations=["Query", "GetItem", "GetItem", "TransactWriteItems"],
        read_units=3,
        write_units=6,
    )


def test_what_a_code_costs(stack: Container, accounts: Accounts) -> None:
    # Given
    account, player = accounts.create(), f"{int(an_identity().platformUserId):032x}"
    # When / Then
    with count_calls() as costs:
        code = stack.link_codes.issue(account.caller, Platform.MINECRAFT).code or ""
    assert_cost(costs, operations=["PutItem"], write_units=1)
    with count_calls() as costs:
        stack.link_codes.claim(code, player, "Notch", "s1", trusted=True)
    assert_cost(costs, operations=["GetItem", "TransactWriteItems"], read_units=1, write_units=8)
