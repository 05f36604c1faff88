"""Linking an account elsewhere with one's own, through the application."""

from collections.abc import Iterator

import pytest

from firstspawn.identities.errors import IdentityTaken, InvalidLinkCode, NotLinkable
from firstspawn.identities.models import LinkCode
from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.factories import Account, Accounts
from tests.support.oauth import Browser, fake_providers, outcome
from tests.support.oauth_providers import FakeProviders

NOTCH = "069a79f4-44e9-4726-a5be-fca90e38aaf5"


@pytest.fixture
def fake(stack: Container) -> Iterator[FakeProviders]:
    with fake_providers(stack) as fake:
        yield fake


def ask(client: Client, account: Account, platform: str = "minecraft") -> str:
    answer = client.post(f"/identities/link/{platform}", {}, token=account.access)
    assert answer.status == 201, answer.body
    return str(answer.json["code"])


def test_a_provider_is_linked_to_who_asked(
    client: Client, fake: FakeProviders, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    started = client.post("/identities/link/discord", {}, token=account.access)
    browser = Browser(client, fake, started.cookie)
    # When
    back = browser.come_back("discord", fake.visit(started.json["url"], id="300"))
    # Then no session is opened
    assert outcome(back) == {"linked": "discord"}
    assert len(back.cookies) == 1
    (identity,) = client.get("/identities", token=account.access).json["items"]
    assert identity["platformUserId"] == "300"
    # And nobody else can link it
    other = accounts.create()
    again = client.post("/identities/link/discord", {}, token=other.access)
    browser = Browser(client, fake, again.cookie)
    back = browser.come_back("discord", fake.visit(again.json["url"], id="300"))
    assert outcome(back) == {"error": "identity_taken"}


def test_who_was_signed_out_meanwhile_links_nothing(
    client: Client, stack: Container, fake: FakeProviders, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    started = client.post("/identities/link/discord", {}, token=account.access)
    stack.auth.logout_all(account.caller)
    # When
    browser = Browser(client, fake, started.cookie)
    back = browser.come_back("discord", fake.visit(started.json["url"], id="301"))
    # Then
    assert outcome(back) == {"error": "not_linkable"}


@pytest.mark.parametrize("trusted", [True, False])
def test_a_code_typed_in_the_game_links_once(
    client: Client, stack: Container, accounts: Accounts, trusted: bool
) -> None:
    # Given
    account = accounts.create()
    code = ask(client, account)
    assert len(code) == 8
    assert code not in str([item.to_dynamodb_dict() for item in LinkCode.scan()])
    typed = f" {code[:4].lower()}-{code[4:]}"
    # When
    with count_calls() as costs:
        owner = stack.link_codes.claim(typed, NOTCH.upper(), "Notch", "s1", trusted=trusted)
    # Then
    assert owner == account.id
    assert_cost(costs, operations=["GetItem", "TransactWriteItems"])
    (identity,) = client.get("/identities", token=account.access).json["items"]
    assert (identity["platformUserId"], identity["vouchedBy"]) == (NOTCH, "s1")
    assert identity["scopeServerId"] == (None if trusted else "s1")
    with pytest.raises(InvalidLinkCode):
        stack.link_codes.claim(code, NOTCH, "Notch", "s1", trusted=trusted)


def test_a_code_is_good_for_ten_minutes_and_for_a_verified_account(
    client: Client, stack: Container, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    unverified, account = accounts.create(verified=False), accounts.create()
    early, late = ask(client, unverified, "hytale"), ask(client, account, "hytale")
    # When / Then
    with pytest.raises(NotLinkable):
        stack.link_codes.claim(early, NOTCH, "Notch", "s1", trusted=True)
    clock.advance(minutes=10)
    with pytest.raises(InvalidLinkCode):
        stack.link_codes.claim(late, NOTCH, "Notch", "s1", trusted=True)


def test_a_code_outlives_a_claim_that_links_nothing(
    client: Client, stack: Container, accounts: Accounts
) -> None:
    # Given a player who is somebody else's already
    first, second = accounts.create(), accounts.create()
    stack.link_codes.claim(ask(client, first, "hytale"), NOTCH, "Notch", "s1", trusted=True)
    code = ask(client, second, "hytale")
    # When / Then
    with pytest.raises(IdentityTaken):
        stack.link_codes.claim(code, NOTCH, "Notch", "s1", trusted=True)
    assert stack.link_codes.claim(code, "1" * 32, "Steve", "s1", trusted=True) == second.id
