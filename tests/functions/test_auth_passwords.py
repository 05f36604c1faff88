"""Forgetting, setting and changing passwords, through the application."""

import pytest

from firstspawn.auth.models import Credential
from firstspawn.auth.tokens import Purpose
from firstspawn.db import keys
from firstspawn.mail.models import Mail
from firstspawn.users.models import User
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.factories import PASSWORD, Accounts

NEW = "Netherite-Axe-2"


def login(client: Client, email: str, password: str = NEW) -> Answer:
    return client.post("/auth/login", {"email": email, "password": password})


def reset(client: Client, token: str, password: str = NEW) -> Answer:
    return client.post("/auth/reset-password", {"token": token, "password": password})


def mailed_link(client: Client, accounts: Accounts, email: str) -> str:
    before = set(accounts.mailed_tokens(email, Purpose.RESET_PASSWORD))
    assert client.post("/auth/forgot-password", {"email": email}).status == 202
    (fresh,) = set(accounts.mailed_tokens(email, Purpose.RESET_PASSWORD)) - before
    return fresh


def notices(email: str) -> list[str]:
    return [mail.template for mail in Mail.scan() if mail.to == email]


def test_a_forgotten_password_is_replaced_and_everything_signed_in_ends(
    client: Client, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    link = mailed_link(client, accounts, account.email)
    # When
    answer = reset(client, link)
    # Then nobody is signed in, not even who followed the link
    assert (answer.status, answer.body) == (204, "")
    assert "Max-Age=0" in answer.cookies[0]
    refreshed = client.post("/auth/refresh", {"refreshToken": account.refresh})
    assert (refreshed.status, refreshed.code) == (401, "invalid_refresh_token")
    late = client.patch("/users/me", {"bio": "late"}, token=account.access)
    assert (late.status, late.code) == (401, "session_ended")
    # And only the new password opens the account
    assert login(client, account.email, PASSWORD).code == "invalid_credentials"
    fresh = login(client, account.email).json["accessToken"]
    assert client.patch("/users/me", {"bio": "back"}, token=fresh).status == 200
    assert notices(account.email) == ["password_changed"]


def test_a_link_sets_a_password_once(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    link = mailed_link(client, accounts, account.email)
    assert reset(client, link).status == 204
    # When
    again = reset(client, link, "Another-Password-3")
    # Then
    assert (again.status, again.code) == (400, "invalid_or_expired_token")
    assert login(client, account.email).status == 200


def test_a_password_that_breaks_a_rule_does_not_use_the_link_up(
    client: Client, accounts: Accounts
) -> None:
    # Given
    link = mailed_link(client, accounts, accounts.create().email)
    # When
    refused = reset(client, link, "weak")
    # Then
    assert [error["field"] for error in refused.json["errors"]] == ["password"]
    assert reset(client, link).status == 204


def test_a_link_is_good_for_an_hour(client: Client, accounts: Accounts, clock: FrozenClock) -> None:
    # Given
    account = accounts.create()
    early, late = (mailed_link(client, accounts, account.email) for _ in range(2))
    # When
    clock.advance(minutes=59)
    # Then
    assert reset(client, early).status == 204
    clock.advance(minutes=1)
    assert reset(client, late).code == "invalid_or_expired_token"


@pytest.mark.parametrize("ending", ["reset", "logout-all"])
def test_what_ends_all_logins_ends_the_links_mailed_before(
    client: Client, accounts: Accounts, ending: str
) -> None:
    # Given
    account = accounts.create()
    older, newer = (mailed_link(client, accounts, account.email) for _ in range(2))
    # When
    if ending == "reset":
        assert reset(client, newer).status == 204
    else:
        assert client.post("/auth/logout-all", token=account.access).status == 204
    # Then
    assert reset(client, older, "Another-Password-3").code == "invalid_or_expired_token"


def test_a_reset_proves_the_address_and_makes_the_account_permanent(
    client: Client, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    form = accounts.register()
    # When
    assert reset(client, mailed_link(client, accounts, form.email)).status == 204
    # Then
    clock.advance(days=8)
    user = login(client, form.email).json["user"]
    assert (user["emailVerified"], user["username"]) == (True, form.username)
    assert user["emailVerifiedAt"] == "2026-11-22T12:00:00Z"
    taken = {"email": "else@mail.example.com", "password": NEW, "username": form.username}
    assert client.post("/auth/register", taken).code == "username_taken"


def test_an_account_without_a_password_gets_one_by_mail(client: Client, accounts: Accounts) -> None:
    # Given an account that was made by another way to sign in
    account = accounts.create()
    Credential.at(keys.credential(account.email)).update([Credential.passwordHash.remove()])
    assert login(client, account.email, PASSWORD).code == "invalid_credentials"
    # When
    assert reset(client, mailed_link(client, accounts, account.email)).status == 204
    # Then
    assert login(client, account.email).status == 200


def test_a_forgotten_password_tells_nobody_whether_an_address_is_known(
    client: Client, accounts: Accounts
) -> None:
    # Given
    known, unknown = accounts.create().email, accounts.form().email
    # When
    first, second = (
        client.post("/auth/forgot-password", {"email": email}) for email in (known, unknown)
    )
    # Then
    assert (first.status, first.body) == (second.status, second.body)
    assert _about(first) == _about(second)
    assert first.json == {"status": "accepted"}
    assert accounts.mailed_tokens(unknown, Purpose.RESET_PASSWORD) == []


def _about(answer: Answer) -> dict[str, str]:
    """The headers, without what counts requests."""
    return {name: value for name, value in answer.headers.items() if "ratelimit" not in name}


def test_a_link_fits_its_purpose_alone(client: Client, accounts: Accounts) -> None:
    # Given
    form = accounts.register()
    (to_verify,) = accounts.mailed_tokens(form.email)
    to_reset = mailed_link(client, accounts, form.email)
    # When / Then
    assert reset(client, to_verify).code == "invalid_or_expired_token"
    wrong = client.post("/auth/verify-email", {"token": to_reset})
    assert (wrong.status, wrong.code) == (400, "invalid_or_expired_token")


def test_a_new_password_lifts_no_ban(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create(isBanned=True)
    # When
    assert reset(client, mailed_link(client, accounts, account.email)).status == 204
    # Then
    access = login(client, account.email).json["accessToken"]
    assert client.patch("/users/me", {"bio": "x"}, token=access).code == "banned"


def test_a_reset_of_a_verified_account_leaves_its_profile_as_it_is(
    client: Client, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    # When
    assert reset(client, mailed_link(client, accounts, account.email)).status == 204
    # Then
    user = User.get(*keys.profile(account.id))
    assert (user.version, user.authEpoch) == (1, 2)
    assert user.updatedAt == user.createdAt


def change(client: Client, token: str, current: str = PASSWORD, new: str = NEW) -> Answer:
    body = {"currentPassword": current, "newPassword": new}
    return client.post("/auth/change-password", body, token=token)


def test_a_changed_password_ends_every_session_but_ones_own(
    client: Client, accounts: Accounts
) -> None:
    # Given two sessions
    account = accounts.create()
    body = {"email": account.email, "password": PASSWORD, "tokenTransport": "body"}
    other = client.post("/auth/login", body).json
    # When
    answer = change(client, account.access)
    # Then one goes on with the new grant, and its refresh token
    assert (answer.status, answer.json["refreshToken"], answer.cookies) == (200, None, [])
    fresh = answer.json["accessToken"]
    assert client.patch("/users/me", {"bio": "here"}, token=fresh).status == 200
    assert [s["current"] for s in client.get("/auth/sessions", token=fresh).json["items"]] == [True]
    refreshed = client.post("/auth/refresh", {"refreshToken": account.refresh})
    renewed = refreshed.json["accessToken"]
    assert client.patch("/users/me", {"bio": "still"}, token=renewed).status == 200
    # And everything else has ended
    assert client.post("/auth/refresh", {"refreshToken": other["refreshToken"]}).status == 401
    for access in (account.access, other["accessToken"]):
        late = client.patch("/users/me", {"bio": "late"}, token=access)
        assert (late.status, late.code) == (401, "session_ended")
    assert login(client, account.email, PASSWORD).code == "invalid_credentials"
    assert login(client, account.email).status == 200
    assert notices(account.email) == ["password_changed"]


def test_a_changed_password_ends_the_links_mailed_before(
    client: Client, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    link = mailed_link(client, accounts, account.email)
    # When
    assert change(client, account.access).status == 200
    # Then
    assert reset(client, link, "Another-Password-3").code == "invalid_or_expired_token"


def test_a_password_is_changed_by_who_knows_it(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    # When
    refused = change(client, account.access, current="Wrong-Password-1")
    # Then
    assert (refused.status, refused.code) == (403, "wrong_password")
    assert client.patch("/users/me", {"bio": "x"}, token=account.access).status == 200
    assert login(client, account.email, PASSWORD).status == 200
    assert notices(account.email) == []


def test_the_rules_of_a_new_password_are_a_registrations(
    client: Client, accounts: Accounts
) -> None:
    # When
    refused = change(client, accounts.create().access, new="weak")
    # Then
    assert refused.status == 422
    assert [error["field"] for error in refused.json["errors"]] == ["newPassword"]


@pytest.mark.parametrize("missing", ["password", "address"])
def test_an_account_without_a_password_has_none_to_change(
    client: Client, accounts: Accounts, missing: str
) -> None:
    # Given
    account = accounts.create()
    if missing == "password":
        Credential.at(keys.credential(account.email)).update([Credential.passwordHash.remove()])
    else:
        User.at(keys.profile(account.id)).update([User.email.remove()])
    # When
    refused = change(client, account.access)
    # Then
    assert (refused.status, refused.code) == (409, "no_password")


def test_an_ended_session_changes_no_password(client: Client, accounts: Accounts) -> None:
    # Given an access token that outlives its session
    account = accounts.create()
    path = f"/auth/sessions/{account.caller.sessionId}"
    assert client.delete(path, token=account.access).status == 204
    # When
    refused = change(client, account.access)
    # Then
    assert (refused.status, refused.code) == (401, "session_ended")
    assert login(client, account.email, PASSWORD).status == 200


def test_a_banned_account_changes_no_password(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create(isBanned=True)
    # When / Then
    assert change(client, account.access).code == "banned"
