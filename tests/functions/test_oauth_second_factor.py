"""Signing in elsewhere to an account with a second factor: nothing of it stands in an address."""

from collections.abc import Iterator

import pytest

from firstspawn.wiring import Container, container
from tests.support.client import ORIGIN, Answer, Client
from tests.support.clock import FrozenClock
from tests.support.factories import Account, Accounts
from tests.support.factors import Factor, turn_on
from tests.support.identities import an_identity, link
from tests.support.oauth import Browser, fake_providers, outcome
from tests.support.oauth_providers import FakeProviders


@pytest.fixture
def fake(stack: Container) -> Iterator[FakeProviders]:
    with fake_providers(stack) as fake:
        yield fake


@pytest.fixture
def account(accounts: Accounts) -> Account:
    return accounts.create()


@pytest.fixture
def factor(stack: Container, account: Account, clock: FrozenClock) -> Factor:
    return turn_on(stack, account, clock)


@pytest.fixture
def back(client: Client, fake: FakeProviders, account: Account, factor: Factor) -> Answer:
    """What the browser gets when it comes back from the provider."""
    identity = link(container(), _current(account), an_identity())
    return Browser(client, fake).sign_in("discord", id=identity.platformUserId)


def _current(account: Account) -> Account:
    from dataclasses import replace

    caller = replace(account.caller, epoch=account.caller.epoch + 1)
    return replace(account, caller=caller)


def challenge_cookie(answer: Answer) -> str:
    (cookie,) = (one for one in answer.cookies if one.startswith("fs_challenge="))
    assert "HttpOnly; SameSite=Strict" in cookie
    assert "Max-Age=300" in cookie
    return cookie.partition(";")[0]


def test_the_address_tells_that_it_is_asked_for_and_a_cookie_holds_the_challenge(
    client: Client, account: Account, factor: Factor, back: Answer
) -> None:
    # Given
    assert outcome(back) == {"secondFactor": "discord"}
    assert not any(one.startswith("fs_refresh=") for one in back.cookies)
    cookie = challenge_cookie(back)
    assert cookie.partition("=")[2] not in back.headers["location"]
    headers = {"Cookie": cookie, "Origin": ORIGIN}
    # When
    asked = client.post("/auth/second-factor/challenge", {}, headers=headers)
    done = client.post("/auth/second-factor", {"code": factor.code()}, headers=headers)
    # Then
    assert asked.json["secondFactor"]["methods"] == ["code", "recoveryCode"]
    assert asked.json["secondFactor"]["challenge"] is None
    assert done.json["user"]["id"] == account.id
    assert [one.partition(";")[0] for one in done.cookies if "challenge" in one] == [
        "fs_challenge="
    ]
    assert any(one.startswith("fs_refresh=") for one in done.cookies)


def test_a_foreign_page_cannot_use_the_cookie(client: Client, factor: Factor, back: Answer) -> None:
    headers = {"Cookie": challenge_cookie(back), "Origin": "https://evil.example"}
    for path, body in (("", {"code": factor.code()}), ("/challenge", {})):
        answer = client.post(f"/auth/second-factor{path}", body, headers=headers)
        assert answer.code == "foreign_origin"


def test_without_cookie_and_challenge_there_is_nothing_to_finish(client: Client) -> None:
    assert client.post("/auth/second-factor/challenge", {}).code == "invalid_challenge"
    assert client.post("/auth/second-factor", {"code": "123456"}).code == "invalid_challenge"
