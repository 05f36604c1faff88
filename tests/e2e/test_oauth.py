"""Signing in with an account elsewhere, on the deployed platform and over HTTP."""

from uuid import uuid4

import pytest

from infra.local.handle import StackHandle
from tests.e2e.players import PASSWORD, Player, eventually, newcomer
from tests.e2e.providers import Browser, StandIns

pytestmark = pytest.mark.e2e

REFUSED, STALE = {"error": "provider_refused"}, {"error": "invalid_state"}
PROVIDERS = ["discord", "google", "epic", "steam"]


@pytest.fixture
def browser(stack: StackHandle, elsewhere: StandIns) -> Browser:
    elsewhere.fake.refused.clear()
    elsewhere.fake.calls.clear()
    elsewhere.fake.revoked.clear()
    return Browser(stack, elsewhere)


@pytest.fixture
def person() -> str:
    """An id that every provider could give: Steam's are 17 digits that begin like this."""
    return f"7656119{uuid4().int % 10**10:010}"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_whoever_comes_back_has_a_session_and_finds_their_account_again(
    browser: Browser, elsewhere: StandIns, stack: StackHandle, provider: str, person: str
) -> None:
    # When
    outcome = browser.sign_in(provider, person)
    # Then the session works
    assert outcome == {"signedIn": provider}
    assert elsewhere.fake.refused == []
    me = browser.me()
    assert me["usernameIsGenerated"] is True
    # And another browser of the same person finds the same account
    again = Browser(stack, elsewhere)
    again.sign_in(provider, person)
    assert again.me()["id"] == me["id"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_somebody_signed_in_links_the_account_and_signs_in_with_it(
    browser: Browser, stack: StackHandle, provider: str, person: str
) -> None:
    # Given
    player = newcomer(stack)
    # When
    location = browser.start_link(provider, player.token)
    outcome = browser.come_back(provider, browser.visit(provider, location, person))
    # Then
    assert outcome == {"linked": provider}
    (linked,) = player.call("GET", "/identities").json()["items"]
    assert (linked["platform"], linked["platformUserId"]) == (provider.upper(), person)
    browser.sign_in(provider, person)
    assert browser.me()["email"] == player.email


def test_an_account_registered_at_a_victims_address_is_lost_to_its_owner(
    browser: Browser, stack: StackHandle, person: str
) -> None:
    # Given somebody who registered the victim's address and waits
    squatter = Player(stack)
    squatter.register()
    squatter.login()
    # When the victim signs in with a provider that vouches for the address
    browser.sign_in("discord", person, email=squatter.email, verified=True)
    # Then nothing of the squatter's is good any more
    me = browser.me()
    assert (me["email"], me["emailVerified"]) == (squatter.email, True)
    assert squatter.call("GET", "/users/me").status_code == 401
    form = {"email": squatter.email, "password": PASSWORD}
    assert squatter.call("POST", "/auth/login", form).status_code == 401


@pytest.mark.parametrize("provider", ["discord", "google"])
def test_an_address_the_provider_does_not_vouch_for_opens_nobodys_account(
    browser: Browser, stack: StackHandle, person: str, provider: str
) -> None:
    # Given
    player = newcomer(stack)
    unproven = {"email": player.email, "verified": False, "email_verified": False}
    # When
    outcome = browser.sign_in(provider, person, **unproven)
    # Then
    assert outcome == {"signedIn": provider}
    assert browser.me()["email"] is None


def test_an_address_that_google_vouches_for_finds_its_account(
    browser: Browser, stack: StackHandle, person: str
) -> None:
    # Given an account at a domain whose mailboxes Google runs
    player = newcomer(stack)
    proven = {"email": player.email, "email_verified": True, "hd": "example.com"}
    # When / Then
    assert browser.sign_in("google", person, **proven) == {"signedIn": "google"}
    assert browser.me()["email"] == player.email


def test_a_forged_state_and_another_browsers_are_refused(
    browser: Browser, stack: StackHandle, elsewhere: StandIns, person: str
) -> None:
    # Given
    answer = browser.visit("discord", browser.start("discord"), person)
    victim = Browser(stack, elsewhere)
    victim.start("discord")
    # When / Then
    assert victim.come_back("discord", answer) == STALE
    assert victim.send("POST", "/auth/refresh", json={}).status_code == 401
    assert browser.come_back("discord", {**answer, "state": "forged"}) == STALE
    assert elsewhere.fake.calls == []


def test_a_code_works_once_and_for_its_own_attempt(
    browser: Browser, elsewhere: StandIns, person: str
) -> None:
    # Given
    used = browser.visit("epic", browser.start("epic"), person)
    assert browser.come_back("epic", used) == {"signedIn": "epic"}
    # When / Then: the whole answer, its code in a new attempt, and a code of another attempt
    assert browser.come_back("epic", used) == STALE
    fresh = browser.visit("epic", browser.start("epic"), person)
    assert browser.come_back("epic", {**fresh, "code": used["code"]}) == REFUSED
    assert elsewhere.fake.refused == ["code", "redirect", "verifier"]
    elsewhere.fake.refused.clear()
    stolen = browser.visit("epic", browser.start("epic"), person)
    own = browser.visit("epic", browser.start("epic"), person)
    assert browser.come_back("epic", {**own, "code": stolen["code"]}) == REFUSED
    assert elsewhere.fake.refused == ["verifier"]


def test_one_providers_answer_is_not_taken_for_anothers(
    browser: Browser, elsewhere: StandIns, person: str
) -> None:
    # Given
    answer = browser.visit("discord", browser.start("discord"), person)
    # When / Then
    assert browser.come_back("epic", answer) == STALE
    assert browser.come_back("google", answer) == STALE
    assert elsewhere.fake.calls == []


@pytest.mark.parametrize(
    ("provider", "more"),
    [("discord", "&code=another"), ("discord", "&state="), ("steam", "&openid.sig=another")],
)
def test_a_parameter_that_comes_twice_is_refused(
    browser: Browser, elsewhere: StandIns, person: str, provider: str, more: str
) -> None:
    # Given
    answer = browser.visit(provider, browser.start(provider), person)
    # When / Then
    assert browser.come_back(provider, answer, more) == STALE
    assert elsewhere.fake.calls == []


def test_a_token_with_another_attempts_nonce_is_refused(browser: Browser, person: str) -> None:
    # Given two attempts, and Google asked for the second one with the nonce of the first
    first, location = browser.start("google"), browser.start("google")
    swapped = location.replace(_nonce(location), _nonce(first))
    # When
    answer = browser.visit("google", swapped, person)
    # Then
    assert browser.come_back("google", answer) == REFUSED


def _nonce(location: str) -> str:
    return location.partition("nonce=")[2].partition("&")[0]


def test_steams_answer_counts_from_its_own_endpoint_alone(
    browser: Browser, elsewhere: StandIns, person: str
) -> None:
    # Given
    foreign = {"op_endpoint": "https://evil.example/openid/login"}
    answer = elsewhere.fake.visit_steam(browser.start("steam"), person, **foreign)
    # When / Then: nobody is asked, the foreign endpoint least of all
    assert browser.come_back("steam", answer) == REFUSED
    assert elsewhere.fake.calls == []


def test_a_steam_nonce_works_once_whatever_steam_says(
    browser: Browser, elsewhere: StandIns, person: str
) -> None:
    # Given
    once = {"response_nonce": elsewhere.fake.steam_nonce()}
    first = elsewhere.fake.visit_steam(browser.start("steam"), person, **once)
    assert browser.come_back("steam", first) == {"signedIn": "steam"}
    elsewhere.fake.used_nonces.clear()
    # When
    again = elsewhere.fake.visit_steam(browser.start("steam"), person, **once)
    # Then
    assert browser.come_back("steam", again) == REFUSED


def test_discords_token_is_sealed_refreshes_the_profile_and_is_revoked_with_the_link(
    browser: Browser, elsewhere: StandIns, stack: StackHandle, person: str
) -> None:
    # Given somebody who links Discord
    player = newcomer(stack)
    location = browser.start_link("discord", player.token)
    browser.come_back("discord", browser.visit("discord", location, person))
    (grant,) = elsewhere.fake.grants_of(person)
    # Then what is stored is no token
    token = _stored_token(stack, person)
    assert token["sealed"]["S"].startswith("v1.")
    assert grant not in str(token)
    # When a week is over, and the profile has changed there
    elsewhere.fake.grants[grant]["global_name"] = "Nelly the Second"
    _make_due(stack, token)
    assert stack.invoke("identity_schedule", {}) == {"messages": 16}

    # Then it has here as well, by a token that is traded for another
    def shown() -> bool:
        (one,) = player.call("GET", "/identities").json()["items"]
        return bool(one["metadata"] == {"displayName": "Nelly the Second"})

    eventually(shown, "the refresh of the profile", 60)
    (traded,) = elsewhere.fake.grants_of(person)
    assert traded != grant
    # When it is unlinked
    assert player.call("DELETE", "/identities/discord").status_code == 204
    # Then Discord is told
    eventually(lambda: elsewhere.fake.revoked == [traded], "the revocation", 60)
    assert elsewhere.fake.grants_of(person) == []
    eventually(lambda: not _stored_token(stack, person), "the token's end")


def _stored_token(stack: StackHandle, person: str) -> dict[str, dict[str, str]]:
    found = stack.target.client("dynamodb").get_item(
        TableName=stack.environment["FIRSTSPAWN_TABLE"],
        Key={"PK": {"S": f"IDENTITY#DISCORD#{person}"}, "SK": {"S": "TOKEN"}},
        ConsistentRead=True,
    )
    item: dict[str, dict[str, str]] = found.get("Item", {})
    return item


def _make_due(stack: StackHandle, token: dict[str, dict[str, str]]) -> None:
    stack.target.client("dynamodb").update_item(
        TableName=stack.environment["FIRSTSPAWN_TABLE"],
        Key={name: token[name] for name in ("PK", "SK")},
        UpdateExpression="SET GSI2SK = :due",
        ExpressionAttributeValues={":due": {"S": "2026-01-01T00:00:00.000Z"}},
    )
