"""Signing in with an account elsewhere: who gets which account."""

from collections.abc import Iterator

import pytest

from firstspawn import wiring
from firstspawn.auth.models import Credential
from firstspawn.clients.vault import VaultUnavailable
from firstspawn.db import keys
from firstspawn.identities.models import ProviderToken
from firstspawn.users.models import User
from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.factories import PASSWORD, Accounts
from tests.support.oauth import Browser, access_token, fake_providers, outcome
from tests.support.oauth_providers import FakeProviders


@pytest.fixture
def fake(stack: Container) -> Iterator[FakeProviders]:
    with fake_providers(stack) as fake:
        yield fake


@pytest.fixture
def browser(client: Client, fake: FakeProviders) -> Browser:
    return Browser(client, fake)


@pytest.mark.parametrize("provider", ["discord", "google", "epic", "steam"])
def test_a_newcomer_gets_an_account_and_finds_it_again(
    client: Client, browser: Browser, fake: FakeProviders, provider: str
) -> None:
    # When
    first = browser.sign_in(provider, id=f"11{len(provider)}")
    # Then
    assert first.headers["location"].startswith("http://localhost:3000/auth/callback?")
    assert outcome(first) == {"signedIn": provider}
    token = access_token(client, first)
    me = client.get("/users/me", token=token).json
    assert me["usernameIsGenerated"] is True
    assert (me["email"], me["emailVerified"]) == (None, False)
    (identity,) = client.get("/identities", token=token).json["items"]
    assert identity["platform"] == provider.upper()
    # And the second time it is the same account
    again = access_token(client, browser.sign_in(provider, id=f"11{len(provider)}"))
    assert client.get("/users/me", token=again).json["id"] == me["id"]
    assert fake.refused == []


@pytest.mark.parametrize("status", [403, 503])
def test_who_is_proven_at_steam_signs_in_though_nobody_tells_the_name(
    client: Client, browser: Browser, fake: FakeProviders, status: int
) -> None:
    # Given a Web API that is down, or a key that is none
    fake.names_down, fake.given = status, status  # no other test's nonces
    # When
    answer = browser.sign_in("steam")
    # Then
    assert outcome(answer) == {"signedIn": "steam"}
    (identity,) = client.get("/identities", token=access_token(client, answer)).json["items"]
    assert identity["platform"] == "STEAM"


def test_who_signs_in_while_nothing_can_be_sealed_comes_in_without_a_token_kept(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    def down(*_: object) -> str:
        raise VaultUnavailable

    monkeypatch.setattr(wiring.container().vault, "seal", down)
    # When
    answer = browser.sign_in("discord", id="8118")
    # Then
    assert outcome(answer) == {"signedIn": "discord"}
    assert not list(ProviderToken.scan(ProviderToken.platformUserId == "8118"))


def test_no_secret_stands_in_an_address_and_cookies_are_out_of_reach(
    client: Client, browser: Browser, fake: FakeProviders
) -> None:
    # When
    location = browser.start("discord")
    answer = browser.come_back("discord", fake.visit(location, id="120"))
    # Then
    gone, refresh = answer.cookies
    assert gone.startswith("fs_attempt=;")
    assert "Path=/api/v1/auth; Max-Age=0; HttpOnly; SameSite=Lax" in gone
    assert "SameSite=Strict" in refresh
    secret = refresh.partition("=")[2].partition(";")[0]
    assert secret not in answer.headers["location"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


def test_a_verified_address_on_both_sides_finds_the_account(
    client: Client, browser: Browser, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    # When
    answer = browser.sign_in("discord", id="130", email=account.email.upper(), verified=True)
    # Then the password still works as well
    token = access_token(client, answer)
    assert client.get("/users/me", token=token).json["id"] == account.id
    body = {"email": account.email, "password": PASSWORD}
    assert client.post("/auth/login", body).status == 200


def test_a_new_verified_address_makes_a_verified_account(
    client: Client, browser: Browser, accounts: Accounts
) -> None:
    # Given
    email = accounts.form().email
    # When
    token = access_token(client, browser.sign_in("discord", id="140", email=email, verified=True))
    # Then one may write, and has no password
    assert client.get("/users/me", token=token).json["emailVerified"] is True
    renamed = client.patch("/users/me", {"username": accounts.form().username}, token=token)
    assert renamed.json["usernameIsGenerated"] is False
    login = client.post("/auth/login", {"email": email, "password": PASSWORD})
    assert (login.status, login.code) == (401, "invalid_credentials")
    last = client.delete("/identities/discord", token=token)
    assert last.code == "last_way_to_sign_in"


def test_somebody_who_waits_at_a_victims_address_loses_everything_to_its_owner(
    client: Client, browser: Browser, accounts: Accounts
) -> None:
    # Given an account that was hijacked before it was made: registered and never verified
    squatter = accounts.create(verified=False)
    # When its owner signs in with a provider that vouches for the address
    answer = browser.sign_in("discord", id="150", email=squatter.email, verified=True)
    # Then it is another account, and nothing the squatter holds is good for anything
    token = access_token(client, answer)
    me = client.get("/users/me", token=token).json
    assert (me["email"], me["emailVerified"]) == (squatter.email, True)
    assert me["id"] != squatter.id
    body = {"email": squatter.email, "password": PASSWORD}
    assert client.post("/auth/login", body).status == 401
    assert client.get("/users/me", token=squatter.access).status == 401
    assert client.post("/auth/refresh", {"refreshToken": squatter.refresh}).status == 401
    assert User.find(keys.profile(squatter.id), accounts._stack.clock()) is None


def test_a_link_mailed_to_a_squatter_verifies_nothing_afterwards(
    client: Client, browser: Browser, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    form = accounts.register()
    (mailed,) = accounts.mailed_tokens(form.email)
    browser.sign_in("discord", id="155", email=form.email, verified=True)
    # When / Then
    assert client.post("/auth/verify-email", {"token": mailed}).status == 400
    credential = Credential.find(keys.credential(form.email), clock())
    assert credential is not None
    assert credential.passwordHash is None


def test_an_address_the_provider_does_not_vouch_for_finds_nobody(
    client: Client, browser: Browser, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    # When
    token = access_token(client, browser.sign_in("discord", id="160", email=account.email))
    # Then
    me = client.get("/users/me", token=token).json
    assert me["id"] != account.id
    assert (me["email"], me["emailVerified"]) == (None, False)


@pytest.mark.parametrize(
    ("domain", "hd", "found"),
    [("gmail.com", None, True), ("mail.example.com", None, False),
     ("mail.example.com", "mail.example.com", True)],
)  # fmt: skip
def test_google_vouches_only_for_mailboxes_it_runs(
    client: Client, browser: Browser, fake: FakeProviders, domain: str, hd: str | None, found: bool
) -> None:
    # Given
    fake.claims = {"email": f"g{hd}{found}@{domain}", "email_verified": True, "hd": hd}
    # When
    token = access_token(client, browser.sign_in("google", id=f"g-{domain}-{hd}"))
    # Then
    assert client.get("/users/me", token=token).json["emailVerified"] is found


def test_an_account_that_has_another_identity_of_the_platform_is_not_taken_over(
    browser: Browser, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    person = {"email": account.email, "verified": True}
    browser.sign_in("discord", id="170", **person)
    # When
    other = browser.sign_in("discord", id="171", **person)
    # Then
    assert outcome(other) == {"error": "platform_already_linked"}


def test_generated_names_are_free_of_what_is_taken_and_reserved(
    client: Client, browser: Browser
) -> None:
    # When
    names = []
    for number, name in enumerate(["Moira", "moira", "admin", "x", "Жанна д'Арк", "a" * 40]):
        answer = browser.sign_in("discord", id=f"18{number}", global_name=name)
        profile = client.get("/users/me", token=access_token(client, answer)).json
        names.append(profile["username"])
    # Then
    assert names[0] == "Moira"
    assert len({name.lower() for name in names}) == len(names)
    assert all(3 <= len(name) <= 24 and name.isascii() for name in names)
    assert "admin" not in names


def test_providers_are_listed_if_they_are_configured(
    client: Client, stack: Container, fake: FakeProviders
) -> None:
    # When
    items = client.get("/auth/providers").json["items"]
    # Then
    assert [one["name"] for one in items] == ["discord", "google", "epic", "steam"]
    assert items[0]["url"] == "http://localhost:8000/api/v1/auth/discord"


@pytest.mark.parametrize("path", ["/auth/discord", "/auth/discord/callback", "/auth/myspace"])
def test_a_provider_that_is_not_configured_is_not_there(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status, answer.code) == (404, "provider_not_configured")
    assert client.get("/auth/providers").json["items"] == []


def test_googles_keys_are_kept_and_rotate(browser: Browser, fake: FakeProviders) -> None:
    # Given
    browser.sign_in("google", id="190")
    browser.sign_in("google", id="190")
    assert fake.calls.count("/certs") == 1
    # When
    fake.rotate("k2")
    # Then
    assert outcome(browser.sign_in("google", id="190")) == {"signedIn": "google"}
    assert fake.calls.count("/certs") == 2
    assert fake.calls.count("/.well-known/openid-configuration") == 1


def test_the_browser_comes_back_to_the_page_it_asked_for(
    browser: Browser, fake: FakeProviders
) -> None:
    # Given
    location = browser.start("epic", returnTo="http://localhost:3000/welcome?step=2")
    # When
    answer = browser.come_back("epic", fake.visit(location, id="195"))
    # Then
    expected = "http://localhost:3000/welcome?step=2&signedIn=epic"
    assert answer.headers["location"] == expected
