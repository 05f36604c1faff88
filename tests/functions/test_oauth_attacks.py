"""Answers that somebody made up, took from elsewhere, or uses twice."""

from collections.abc import Iterator
from typing import Any

import pytest

from firstspawn import wiring
from firstspawn.oauth.models import OAuthState
from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.oauth import GORDON, Browser, fake_providers, outcome, with_providers
from tests.support.oauth_providers import FakeProviders

REFUSED = {"error": "provider_refused"}
STALE = {"error": "invalid_state"}


@pytest.fixture
def fake(stack: Container) -> Iterator[FakeProviders]:
    with fake_providers(stack) as fake:
        yield fake


@pytest.fixture
def browser(client: Client, fake: FakeProviders) -> Browser:
    return Browser(client, fake)


def test_a_state_works_once(browser: Browser, fake: FakeProviders) -> None:
    # Given
    answer = fake.visit(browser.start("discord"), id="200")
    assert outcome(browser.come_back("discord", answer)) == {"signedIn": "discord"}
    # When / Then: neither the same answer nor a fresh code opens anything
    assert outcome(browser.come_back("discord", answer)) == STALE
    fresh = fake.visit(browser.start("discord"), id="200") | {"state": answer["state"]}
    assert outcome(browser.come_back("discord", fresh)) == STALE


def test_a_code_that_was_used_is_refused_by_the_provider(
    browser: Browser, fake: FakeProviders
) -> None:
    # Given
    used = fake.visit(browser.start("discord"), id="201")
    browser.come_back("discord", used)
    # When
    fresh = fake.visit(browser.start("discord"), id="201")
    answer = browser.come_back("discord", {**fresh, "code": used["code"]})
    # Then
    assert outcome(answer) == REFUSED
    assert "code" in fake.refused


def test_a_code_given_for_another_attempt_fails_its_verifier(
    browser: Browser, fake: FakeProviders
) -> None:
    # Given a code that an attacker injects into the victim's attempt
    stolen = fake.visit(browser.start("discord"), id="202")
    own = fake.visit(browser.start("discord"), id="203")
    # When
    answer = browser.come_back("discord", {"code": stolen["code"], "state": own["state"]})
    # Then
    assert outcome(answer) == REFUSED
    assert fake.refused == ["verifier"]


@pytest.mark.parametrize("cookie", ["", "fs_attempt=forged", "other"])
def test_an_answer_in_another_browser_signs_nobody_in(
    browser: Browser, fake: FakeProviders, client: Client, cookie: str
) -> None:
    # Given an attacker who sends the victim the address of their own attempt
    answer = fake.visit(browser.start("discord"), id="204")
    victim = Browser(client, fake, cookie)
    if cookie == "other":
        victim.start("discord")
    # When
    back = victim.come_back("discord", answer)
    # Then
    assert outcome(back) == STALE
    assert not [one for one in back.cookies if "refresh" in one]
    # And the attempt's own browser is not disturbed
    assert outcome(browser.come_back("discord", answer)) == {"signedIn": "discord"}


def test_a_forged_or_missing_state_is_refused(browser: Browser, fake: FakeProviders) -> None:
    # Given
    answer = fake.visit(browser.start("discord"), id="205")
    # When / Then
    assert outcome(browser.come_back("discord", {**answer, "state": "forged"})) == STALE
    assert outcome(browser.come_back("discord", {"code": answer["code"]})) == STALE
    assert fake.calls == []


def test_an_answer_of_one_provider_is_not_taken_for_anothers(
    browser: Browser, fake: FakeProviders
) -> None:
    # Given
    answer = fake.visit(browser.start("discord"), id="206")
    # When / Then
    assert outcome(browser.come_back("epic", answer)) == STALE
    assert fake.calls == []


def test_a_parameter_that_comes_twice_is_refused(browser: Browser, fake: FakeProviders) -> None:
    # Given
    answer = fake.visit(browser.start("discord"), id="207")
    # When / Then
    twice = [*answer.items(), ("code", "another")]
    assert outcome(browser.come_back("discord", twice)) == STALE


def test_an_attempt_is_good_for_ten_minutes(
    browser: Browser, fake: FakeProviders, clock: FrozenClock
) -> None:
    # Given
    answer = fake.visit(browser.start("discord"), id="208")
    # When
    clock.advance(minutes=10)
    # Then
    assert outcome(browser.come_back("discord", answer)) == STALE


def test_neither_state_nor_cookie_nor_verifier_is_in_the_table(browser: Browser) -> None:
    # When
    location = browser.start("discord")
    # Then
    state = location.partition("state=")[2].partition("&")[0]
    held = [item.to_dynamodb_dict() for item in OAuthState.scan()]
    assert held
    assert state not in str(held)
    assert browser.cookie.partition("=")[2] not in str(held)


def test_who_says_no_is_told_so(browser: Browser, fake: FakeProviders) -> None:
    # Given
    state = fake.visit(browser.start("discord"))["state"]
    # When / Then
    said = {"error": "access_denied", "state": state}
    assert outcome(browser.come_back("discord", said)) == {"error": "access_denied"}
    assert outcome(browser.come_back("discord", said)) == STALE


def test_a_provider_that_is_down_is_said_to_be(
    browser: Browser, fake: FakeProviders, client: Client
) -> None:
    # Given
    answer = fake.visit(browser.start("discord"), id="209")
    fake.read = lambda *_: (503, {})  # type: ignore[method-assign]
    # When / Then
    assert outcome(browser.come_back("discord", answer)) == {"error": "provider_unavailable"}
    down = client.get("/auth/google")
    assert (down.status, down.code) == (503, "provider_unavailable")


@pytest.mark.parametrize(
    ("provider", "facts"),
    [
        ("epic", {"id": "e1", "account_id": "e2"}),  # a profile of another account's token
        ("epic", {"id": ""}),
        ("epic", {"id": 7}),
        ("discord", {"id": ""}),
        ("discord", {"id": None}),
        ("discord", {"id": "1/../2"}),
        ("discord", {"id": "\u0663"}),
    ],
    ids=str,
)
def test_a_profile_that_names_nobody_or_somebody_else_is_refused(
    browser: Browser, provider: str, facts: dict[str, Any]
) -> None:
    assert outcome(browser.sign_in(provider, **facts)) == REFUSED


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "somebody-else"},
        {"aud": ["our-client", "somebody-else"], "azp": "somebody-else"},
        {"nonce": "another"},
        {"nonce": ""},
        {"exp": 1},
        {"sub": ""},
        {"iat": 4_000_000_000},
    ],
    ids=str,
)
def test_a_google_token_with_a_wrong_claim_is_refused(
    browser: Browser, fake: FakeProviders, claims: dict[str, Any]
) -> None:
    # Given
    fake.claims = claims
    # When / Then
    assert outcome(browser.sign_in("google", id="210")) == REFUSED


def test_a_google_token_signed_by_somebody_else_is_refused(
    browser: Browser, fake: FakeProviders
) -> None:
    # Given the same key id, another key
    browser.sign_in("google", id="211")
    fake.rotate("k1")
    # When / Then
    assert outcome(browser.sign_in("google", id="211")) == REFUSED


def test_a_google_token_that_names_no_key_is_good_while_there_is_only_one(
    browser: Browser, fake: FakeProviders, stack: Container
) -> None:
    # Given
    fake.names_key = False
    assert outcome(browser.sign_in("google", id="213")) == {"signedIn": "google"}
    # When
    fake.publish("k2")
    # Then which of two it means is nobody's guess
    wiring.use(with_providers(stack, fake))
    assert outcome(browser.sign_in("google", id="213")) == REFUSED


def test_a_google_answer_of_another_issuer_is_refused(
    browser: Browser, fake: FakeProviders
) -> None:
    # Given
    answer = fake.visit(browser.start("google"), id="212")
    # When / Then
    evil = {**answer, "iss": "https://evil.example"}
    assert outcome(browser.come_back("google", evil)) == REFUSED


@pytest.mark.parametrize(
    "changed",
    [
        {"op_endpoint": "https://evil.example/openid/login"},
        {"claimed_id": "https://evil.example/openid/id/76561197960287930"},
        {"identity": "http://127.0.0.1/openid/id/76561197960287931"},
        {"ns": "http://openid.net/signon/1.1"},
        {"mode": "cancel"},
        {"return_to": "http://localhost:8000/api/v1/auth/steam/callback"},
        {"signed": "op_endpoint,identity,return_to,response_nonce"},
        {"response_nonce": "2026-11-22T11:49:59Zold"},
        {"response_nonce": "never"},
        {"response_nonce": "2026-13-45T99:99:99Zbad"},
    ],
    ids=str,
)
def test_a_steam_answer_with_a_wrong_field_is_not_even_asked_about(
    browser: Browser, fake: FakeProviders, changed: dict[str, str]
) -> None:
    # Given
    answer = fake.visit_steam(browser.start("steam"), GORDON, **changed)
    # When / Then
    assert outcome(browser.come_back("steam", answer)) == REFUSED
    assert fake.calls == []


@pytest.mark.parametrize(
    "steam_id", ["7656119796028793", f"{GORDON}0", "x" * 17, f"{GORDON}/", "٧" * 17]
)
def test_what_is_no_steam_id_is_refused(
    browser: Browser, fake: FakeProviders, steam_id: str
) -> None:
    answer = fake.visit_steam(browser.start("steam"), steam_id)
    assert outcome(browser.come_back("steam", answer)) == REFUSED


def test_a_steam_answer_is_as_good_as_its_signature(browser: Browser, fake: FakeProviders) -> None:
    # Given
    answer = fake.visit_steam(browser.start("steam"), GORDON)
    # When / Then
    forged = {**answer, "openid.sig": "Zm9yZ2Vk"}
    assert outcome(browser.come_back("steam", forged)) == REFUSED
    assert fake.calls == ["/openid/login"]


def test_a_steam_answer_with_a_field_more_or_less_is_refused(
    browser: Browser, fake: FakeProviders
) -> None:
    for change in ("more", "less"):
        # Given
        answer = fake.visit_steam(browser.start("steam"), GORDON)
        if change == "more":
            answer["openid.ext1.mode"] = "fetch_response"
        else:
            del answer["openid.assoc_handle"]
        # When / Then
        assert outcome(browser.come_back("steam", answer)) == REFUSED
    assert fake.calls == []


def test_a_steam_nonce_works_once_even_if_steam_would_say_yes_again(
    browser: Browser, fake: FakeProviders
) -> None:
    # Given
    nonce = {"response_nonce": "2026-11-22T12:00:00Zonce"}
    first = fake.visit_steam(browser.start("steam"), GORDON, **nonce)
    assert outcome(browser.come_back("steam", first)) == {"signedIn": "steam"}
    fake.used_nonces.clear()
    # When
    again = fake.visit_steam(browser.start("steam"), GORDON, **nonce)
    # Then
    assert outcome(browser.come_back("steam", again)) == REFUSED


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/", "//evil.example/", "http://localhost:3000@evil.example/",
        "http://localhost:3000.evil.example/", "http://localhost:3000\\@evil.example/",
        "javascript:alert(1)", "http://localhost:3000/#x", "http://localhost:3000/\r\nX: x",
        "https://localhost:3000/", "http://localhost:3001/", "/relative", "x" * 600,
    ],
)  # fmt: skip
def test_a_browser_is_sent_to_no_foreign_page(
    client: Client, fake: FakeProviders, page: str
) -> None:
    answer = client.get("/auth/discord", query=[("returnTo", page)])
    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == "returnTo"
    assert answer.cookies == []
