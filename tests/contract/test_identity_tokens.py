"""Providers' tokens on every engine: whoever is at one in the same moment, and what they cost."""

from collections.abc import Callable
from functools import partial

import pytest

from firstspawn.clients.oauth.interface import Person, ProviderRefused, Tokens
from firstspawn.db import identity_keys
from firstspawn.errors import ChangedMeanwhile
from firstspawn.identities.models import Identity, ProviderToken
from firstspawn.identities.schemas import Linkable, Platform, RefreshTask, RevokeTask
from firstspawn.identities.token_repository import shard_of
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import Account, Accounts
from tests.support.identities import an_identity, link
from tests.support.races import need_real_races, race
from tests.support.stacks import stack_on


def nothing() -> None:
    """What usually happens meanwhile."""


class Discord:
    """Gives out tokens that work once; `meanwhile` happens before it answers."""

    def __init__(self) -> None:
        self.good: dict[str, str] = {}
        self.meanwhile: Callable[[], object] = nothing
        self.refused = self._given = 0

    def give(self, person: str) -> str:
        """A new token."""
        self._given += 1
        token = f"refresh{self._given}"
        self.good[token] = person
        return token

    def renew(self, refresh_token: str) -> Tokens:
        person = self.good.pop(refresh_token, None)
        if person is None:
            self.refused += 1
            raise ProviderRefused("invalid_grant")
        tokens = Tokens(person, self.give(person))
        self._happen()
        return tokens

    def profile(self, access_token: str) -> Person:
        return Person(access_token, "nelly", None, {"displayName": "Nelly"})

    def revoke(self, refresh_token: str) -> None:
        self.good.pop(refresh_token, None)
        self._happen()

    def _happen(self) -> None:
        happen, self.meanwhile = self.meanwhile, nothing
        happen()


@pytest.fixture
def discord() -> Discord:
    return Discord()


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock, discord: Discord) -> Container:
    built = stack_on(engine, clock)
    _ = built.identities, built.auth, built.access_tokens, built.vault
    built.identity_upkeep._providers = {"discord": discord}
    for one in ProviderToken.scan():
        one.delete()
    return built


@pytest.fixture
def account(stack: Container) -> Account:
    return Accounts(stack).create()


def arrival(discord: Discord, person: str = "") -> Linkable:
    """Somebody who comes back from Discord with a new token."""
    who = person or an_identity().platformUserId
    return an_identity(platformUserId=who, refreshToken=discord.give(who))


def held(stack: Container, person: str) -> str | None:
    """The token we hold, opened."""
    found = ProviderToken.find(
        identity_keys.provider_token(Platform.DISCORD, person), stack.clock()
    )
    if found is None:
        return None
    return stack.identities._seal.open(found.userId, found.platform, found.sealed)


def unlink(stack: Container, account: Account, person: str) -> None:
    """Unlink, and let the worker have its message."""
    stack.identities.unlink(account.caller, "discord")
    stack.identity_upkeep.revoke(left_by(account, person))


def left_by(account: Account, person: str) -> RevokeTask:
    return RevokeTask(userId=account.id, platform="DISCORD", platformUserId=person)


def due(clock: FrozenClock, person: str) -> RefreshTask:
    clock.advance(days=7)
    return RefreshTask(shard=shard_of(person))


def test_a_step_told_6_times_at_once_trades_each_token_once(
    engine: Engine, stack: Container, discord: Discord, clock: FrozenClock
) -> None:
    need_real_races(engine)
    # Given five accounts in one part of the list
    people = [one for one in map(str, range(5000, 5400)) if shard_of(one) == "3"][:5]
    for one in people:
        link(stack, Accounts(stack).create(), arrival(discord, one))
    step = partial(stack.identity_upkeep.refresh, due(clock, people[0]))
    # When
    race([step] * 6)
    # Then every token we hold is good, and was looked after
    assert discord.refused == 0
    assert sorted(discord.good) == sorted(str(held(stack, one)) for one in people)
    looked_after = Identity.scan(Identity.updatedAt == clock())
    assert {one.platformUserId for one in looked_after} == set(people)


def test_the_token_of_somebody_who_signs_in_meanwhile_stays(
    stack: Container, account: Account, discord: Discord, clock: FrozenClock
) -> None:
    # Given
    known = link(stack, account, arrival(discord))
    again = arrival(discord, known.platformUserId)
    discord.meanwhile = partial(stack.identities.sign_in, account.id, again)
    # When
    step = stack.identity_upkeep.refresh(due(clock, known.platformUserId))
    # Then
    assert step.counts["left"] == 1
    assert held(stack, known.platformUserId) == again.refreshToken


def test_of_somebody_who_unlinks_meanwhile_no_token_is_left(
    stack: Container, account: Account, discord: Discord, clock: FrozenClock
) -> None:
    # Given
    known = link(stack, account, arrival(discord))
    discord.meanwhile = partial(unlink, stack, account, known.platformUserId)
    # When
    step = stack.identity_upkeep.refresh(due(clock, known.platformUserId))
    # Then neither the old one nor the one it was traded for
    assert step.counts["revoked"] == 1
    assert (held(stack, known.platformUserId), discord.good) == (None, {})


def test_who_links_while_the_former_token_is_revoked_keeps_their_own(
    stack: Container, account: Account, discord: Discord
) -> None:
    # Given
    known = link(stack, account, arrival(discord))
    stack.identities.unlink(account.caller, "discord")
    theirs = arrival(discord, known.platformUserId)
    discord.meanwhile = partial(link, stack, Accounts(stack).create(), theirs)
    task = left_by(account, known.platformUserId)
    # When
    with pytest.raises(ChangedMeanwhile):
        stack.identity_upkeep.revoke(task)
    # Then the message comes again, and finds nothing to do
    assert stack.identity_upkeep.revoke(task) == "left"
    assert held(stack, known.platformUserId) == theirs.refreshToken


def test_what_is_not_linked_any_more_shows_no_profile(
    stack: Container, account: Account, discord: Discord, clock: FrozenClock
) -> None:
    # Given one that is unlinked while its profile is asked for, before the worker hears of it
    known = link(stack, account, arrival(discord))
    discord.meanwhile = partial(stack.identities.unlink, account.caller, "discord")
    # When
    step = stack.identity_upkeep.refresh(due(clock, known.platformUserId))
    # Then
    assert step.counts["left"] == 1
    assert stack.identities.list(account.caller).items == []
    assert stack.identity_upkeep.revoke(left_by(account, known.platformUserId)) == "revoked"
    assert (held(stack, known.platformUserId), discord.good) == (None, {})


def test_what_looking_after_and_revoking_a_token_cost(
    stack: Container, account: Account, discord: Discord, clock: FrozenClock
) -> None:
    # Given
    known = arrival(discord)
    # When / Then
    with count_calls() as costs:
        link(stack, account, known)
    assert_cost(costs, operations=["TransactWriteItems"], write_units=9)
    task = due(clock, known.platformUserId)
    with count_calls() as costs:
        stack.identity_upkeep.refresh(task)
    assert_cost(
        costs,
        operations=["Query", "BatchGetItem", "UpdateItem", "UpdateItem", "TransactWriteItems"],
        read_units=2.5,
        write_units=10,
    )
    with count_calls() as costs:
        stack.identity_upkeep.refresh(task)
    assert_cost(costs, operations=["Query"], read_units=0.5)
    with count_calls() as costs:
        stack.identities.sign_in(account.id, arrival(discord, known.platformUserId))
    assert_cost(costs, operations=["TransactWriteItems"], write_units=6)
    stack.identities.unlink(account.caller, "discord")
    with count_calls() as costs:
        stack.identity_upkeep.revoke(left_by(account, known.platformUserId))
    assert_cost(costs, operations=["BatchGetItem", "DeleteItem"], read_units=2, write_units=2)
