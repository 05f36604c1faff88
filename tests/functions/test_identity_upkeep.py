"""Accounts elsewhere while their people are away, through the functions and our own Discord."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from firstspawn import wiring
from firstspawn.clients.vault import VaultError
from firstspawn.db import identity_keys
from firstspawn.events.changes import read_change
from firstspawn.events.rules import Target, messages
from firstspawn.identities.models import Identity, ProviderToken
from firstspawn.identities.token_repository import SHARDS, shard_of
from firstspawn.wiring import Container
from functions.queues import identities as worker
from functions.scheduled import identities as schedule
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.engines import REGION
from tests.support.events import sqs_event, stream_record
from tests.support.factories import Accounts
from tests.support.identities import an_identity
from tests.support.oauth import Browser, access_token, fake_providers, outcome
from tests.support.oauth_providers import FakeProviders
from tests.support.permissions import under_role


@pytest.fixture
def fake(stack: Container) -> Iterator[FakeProviders]:
    """The providers, with the worker's queue behind the container's settings."""
    url = boto3.client("sqs", region_name=REGION).create_queue(QueueName="identities")["QueueUrl"]
    stack.settings = stack.settings.model_copy(update={"identities_queue_url": url})
    with fake_providers(stack) as fake:
        yield fake


@pytest.fixture
def browser(client: Client, fake: FakeProviders) -> Browser:
    return Browser(client, fake)


@pytest.fixture
def person() -> str:
    """The id of somebody at Discord."""
    return an_identity().platformUserId


def signed_in(browser: Browser, person: str, **facts: Any) -> str:
    """Sign in with Discord; the access token."""
    return access_token(browser.client, browser.sign_in("discord", id=person, **facts))


def held(person: str) -> ProviderToken | None:
    found = ProviderToken.scan(ProviderToken.platformUserId == person)
    return next(iter(found), None)


def work(*tasks: dict[str, str]) -> bool:
    """Let the worker have messages; tell whether none of them must come again."""
    event = sqs_event([json.dumps(task) for task in tasks])
    answer = under_role(worker.handler, "IdentityWorker")(event, None)
    return answer == {"batchItemFailures": []}


def refresh(person: str) -> bool:
    return work({"task": "refresh", "shard": shard_of(person)})


def unlinked(identity: Identity) -> bool:
    """Let everybody hear that an identity is gone; the worker does its part."""
    old = {name: value for name, value in identity.to_simple_dict().items() if value is not None}
    told = messages(read_change(stream_record("REMOVE", old={**old, "type": "Identity"})))
    (body,) = [one.body for one in told if one.target is Target.IDENTITIES]
    return work(json.loads(body))


def stored(person: str) -> Identity:
    (found,) = Identity.scan(Identity.platformUserId == person)
    return found


def listed(client: Client, token: str) -> dict[str, Any]:
    (one,) = client.get("/identities", token=token).json["items"]
    return dict(one)


def test_discords_refresh_token_is_kept_sealed_for_its_user_and_platform_alone(
    browser: Browser, client: Client, person: str, accounts: Accounts
) -> None:
    # When
    token = signed_in(browser, person)
    # Then
    user = client.get("/users/me", token=token).json["id"]
    (grant,) = browser.fake.grants_of(person)
    kept = held(person)
    assert kept is not None
    assert grant not in str(kept.attribute_values)
    assert grant not in str(stored(person).attribute_values)
    assert kept.sealed.startswith("v1.local.")
    seal = wiring.container()._token_seal
    assert seal.open(user, "DISCORD", kept.sealed) == grant
    for owner, platform in ((accounts.create().id, "DISCORD"), (user, "EPIC")):
        with pytest.raises(VaultError):
            seal.open(owner, platform, kept.sealed)


@pytest.mark.parametrize("provider", ["google", "epic", "steam"])
def test_no_token_of_anybody_else_is_kept(browser: Browser, provider: str, person: str) -> None:
    # When
    browser.sign_in(provider, id=person)
    # Then
    assert not [one for one in ProviderToken.scan() if one.platform == provider.upper()]


def test_every_login_shows_the_account_as_it_is_now(
    browser: Browser, client: Client, person: str, clock: FrozenClock
) -> None:
    # Given
    token = signed_in(browser, person, avatar="8342729096ea")
    first = listed(client, token)
    picture = f"https://cdn.discordapp.com/avatars/{person}/8342729096ea.png"
    assert first["platformUsername"] == "nelly"
    assert first["metadata"] == {"displayName": "Nelly", "avatarUrl": picture}
    # When
    clock.advance(minutes=1)
    token = signed_in(browser, person, global_name="Nelly\u202e II", username="nelly2")
    # Then
    second = listed(client, token)
    assert second["platformUsername"] == "nelly2"
    assert second["metadata"] == {"displayName": "Nelly II"}
    assert second["updatedAt"] > first["updatedAt"]


def test_linking_once_more_shows_the_account_as_it_is_now_and_keeps_the_new_token(
    browser: Browser, client: Client, person: str
) -> None:
    # Given
    token = signed_in(browser, person)
    before = held(person)
    # When
    started = client.post("/identities/link/discord", {}, token=token)
    browser.cookie = started.cookie
    answer = browser.fake.visit(started.json["url"], id=person, global_name="Again")
    assert outcome(browser.come_back("discord", answer)) == {"linked": "discord"}
    # Then
    assert listed(client, token)["metadata"] == {"displayName": "Again"}
    after = held(person)
    assert before is not None
    assert after is not None
    assert after.sealed != before.sealed


def test_a_profile_that_answers_with_anything_breaks_no_login(
    browser: Browser, client: Client, person: str
) -> None:
    # When
    odd = {"global_name": {"a": 1}, "username": 7, "avatar": "../../\n<x>"}
    token = signed_in(browser, person, **odd)
    # Then
    one = listed(client, token)
    assert (one["platformUsername"], one["metadata"]) == (None, {})


def test_who_was_not_here_for_a_week_is_asked_about_with_a_token_that_is_traded(
    browser: Browser, client: Client, person: str, clock: FrozenClock
) -> None:
    # Given
    signed_in(browser, person)
    (old,) = browser.fake.grants_of(person)
    browser.fake.grants[old] |= {"global_name": "Nelly the Second", "username": "nelly2"}
    clock.advance(days=6, hours=23)
    assert refresh(person)
    assert browser.fake.grants_of(person) == [old]
    # When
    clock.advance(hours=1)
    assert refresh(person)
    # Then
    identity = stored(person)
    assert identity.metadata == {"displayName": "Nelly the Second"}
    assert (identity.platformUsername, identity.updatedAt) == ("nelly2", clock())
    (new,) = browser.fake.grants_of(person)
    kept = held(person)
    assert kept is not None
    assert wiring.container()._token_seal.open(identity.userId, "DISCORD", kept.sealed) == new
    # And told again there is nothing to do, until the next week
    calls = len(browser.fake.calls)
    assert refresh(person)
    assert len(browser.fake.calls) == calls
    clock.advance(days=7)
    assert refresh(person)
    assert browser.fake.grants_of(person) != [new]


def test_a_token_that_was_revoked_there_is_forgotten_and_the_identity_stays(
    browser: Browser, client: Client, person: str, clock: FrozenClock
) -> None:
    # Given
    signed_in(browser, person)
    browser.fake.grants.clear()
    clock.advance(days=7)
    # When
    assert refresh(person)
    # Then
    assert held(person) is None
    assert stored(person).metadata == {"displayName": "Nelly"}
    # And the next login brings another
    signed_in(browser, person)
    assert held(person) is not None


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_what_is_wrong_with_us_or_them_costs_nobody_their_token(
    browser: Browser, person: str, clock: FrozenClock, status: int
) -> None:
    # Given
    signed_in(browser, person)
    clock.advance(days=7)
    browser.fake.down = status
    # When / Then it waits for another day
    assert refresh(person)
    assert held(person) is not None
    browser.fake.down = 0
    calls = len(browser.fake.calls)
    assert refresh(person)
    assert len(browser.fake.calls) == calls
    clock.advance(days=1)
    assert refresh(person)
    assert stored(person).updatedAt == clock()


def test_the_profile_of_another_account_is_not_taken(
    browser: Browser, person: str, clock: FrozenClock
) -> None:
    # Given
    signed_in(browser, person)
    (grant,) = browser.fake.grants_of(person)
    browser.fake.grants[grant] |= {"id": "1", "global_name": "Mallory"}
    clock.advance(days=7)
    # When / Then
    assert refresh(person)
    assert stored(person).metadata == {"displayName": "Nelly"}


def test_a_provider_that_is_down_is_left_alone_after_three_failures(
    browser: Browser, clock: FrozenClock
) -> None:
    # Given more than three in one shard
    people = [one for one in map(str, range(700, 900)) if shard_of(one) == "0"][:5]
    for one in people:
        signed_in(browser, one)
    clock.advance(days=7)
    browser.fake.down = 503
    browser.fake.calls.clear()
    # When / Then the message has to come again, and goes on behind them
    assert not refresh(people[0])
    assert len(browser.fake.calls) == 3
    browser.fake.down = 0
    assert refresh(people[0])
    assert sorted(stored(one).updatedAt == clock() for one in people) == [False] * 3 + [True] * 2


def test_the_days_round_goes_through_all_parts_of_the_list_some_at_a_time(
    browser: Browser, stack: Container, clock: FrozenClock
) -> None:
    # Given twenty accounts in one part of the list
    people = [one for one in map(str, range(1000, 1900)) if shard_of(one) == "7"][:20]
    for one in people:
        signed_in(browser, one)
    clock.advance(days=7)
    sqs, url = boto3.client("sqs", region_name=REGION), stack.settings.identities_queue_url
    # When
    assert under_role(schedule.handler, "IdentitySchedule")({}, None) == {"messages": 16}
    rounds: list[str] = []
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for one in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
            task = json.loads(one["Body"])
            assert work(task)
            rounds.append(task["shard"])
    # Then the full part took two steps
    assert sorted(rounds) == sorted([*SHARDS, "7"])
    assert all(stored(one).updatedAt == clock() for one in people)


def test_without_a_provider_that_gives_tokens_the_day_has_no_round(stack: Container) -> None:
    assert schedule.handler({}, None) == {"messages": 0}


def test_what_was_unlinked_is_revoked_at_discord(
    browser: Browser, client: Client, person: str, accounts: Accounts
) -> None:
    # Given somebody with a password as well
    account = accounts.create()
    signed_in(browser, person, email=account.email, verified=True)
    (grant,) = browser.fake.grants_of(person)
    identity = stored(person)
    # When
    assert client.delete("/identities/discord", token=account.access).status == 204
    # Then nothing waits for Discord, which is told afterwards, once
    assert browser.fake.revoked == []
    assert [unlinked(identity), unlinked(identity)] == [True, True]
    assert browser.fake.revoked == [grant]
    assert (browser.fake.grants_of(person), held(person)) == ([], None)


def test_a_revocation_that_fails_comes_again_and_so_does_one_that_never_came(
    browser: Browser, client: Client, person: str, accounts: Accounts, clock: FrozenClock,
    log: io.StringIO,
) -> None:  # fmt: skip
    # Given
    account = accounts.create()
    signed_in(browser, person, email=account.email, verified=True)
    identity = stored(person)
    client.delete("/identities/discord", token=account.access)
    browser.fake.down = 503
    # When / Then
    assert not unlinked(identity)
    assert held(person) is not None
    assert browser.fake.grants_of(person)[0] not in log.getvalue()
    # And if its message is lost, the week's round does it
    browser.fake.down = 0
    clock.advance(days=7)
    assert refresh(person)
    assert (browser.fake.grants_of(person), held(person)) == ([], None)


def test_what_is_linked_again_by_anybody_is_not_revoked(
    browser: Browser, client: Client, person: str, accounts: Accounts
) -> None:
    # Given one that is unlinked and linked again before Discord is told
    account = accounts.create()
    signed_in(browser, person, email=account.email, verified=True)
    former = stored(person)
    client.delete("/identities/discord", token=account.access)
    signed_in(browser, person, email=account.email, verified=True)
    # When
    assert unlinked(former)
    # Then
    assert browser.fake.revoked == []
    assert held(person) is not None
    # Given likewise, but somebody else is faster
    former = stored(person)
    client.delete("/identities/discord", token=account.access)
    signed_in(browser, person)
    assert stored(person).userId != account.id
    # When / Then
    assert unlinked(former)
    kept = held(person)
    assert kept is not None
    assert kept.userId == stored(person).userId


def test_a_deleted_accounts_token_is_revoked_and_nothing_is_left(
    browser: Browser, stack: Container, person: str, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    signed_in(browser, person, email=account.email, verified=True)
    (grant,) = browser.fake.grants_of(person)
    identity = stored(person)
    # When the account's identities are erased
    stack.erasures["identities"](account.id)
    assert unlinked(identity)
    # Then
    assert browser.fake.revoked == [grant]
    assert not [one for one in ProviderToken.scan() if one.userId == account.id]


def test_a_token_that_cannot_be_opened_is_forgotten(
    browser: Browser, client: Client, person: str, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given one that was put in the place of another, and one that nobody can revoke
    signed_in(browser, person)
    other = an_identity().platformUserId
    account = accounts.create()
    signed_in(browser, other, email=account.email, verified=True)
    theirs = held(other)
    assert theirs is not None
    for one in (person, other):
        at = ProviderToken.at(identity_keys.provider_token("DISCORD", one))
        at.update([ProviderToken.sealed.set(theirs.sealed[:-4] + "AAAA")])
    identity = stored(other)
    client.delete("/identities/discord", token=account.access)
    # When / Then
    assert unlinked(identity)
    clock.advance(days=7)
    assert refresh(person)
    assert [held(person), held(other), browser.fake.revoked] == [None, None, []]


@pytest.mark.parametrize("poison", ["", "{}", '{"task":"eat","shard":"0"}', '{"task":"revoke"}'])
def test_a_message_that_means_nothing_ends_among_the_dead_letters(
    fake: FakeProviders, poison: str
) -> None:
    answer = worker.handler(sqs_event([poison]), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
