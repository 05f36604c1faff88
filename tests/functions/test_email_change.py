"""Changing one's address: both mailboxes agree, and strangers learn and gain nothing."""

import pytest

from firstspawn.auth.models import Credential, EmailToken
from firstspawn.auth.tokens import FRESH_SECONDS, Purpose
from firstspawn.db import keys
from firstspawn.mail.models import Mail
from firstspawn.users.models import User
from firstspawn.wiring import Container
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.factories import PASSWORD, Account, Accounts

NEW, OLD = Purpose.CONFIRM_NEW_EMAIL, Purpose.CONFIRM_OLD_EMAIL


def ask(client: Client, token: str, email: str) -> Answer:
    return client.post("/users/me/email", {"email": email}, token=token)


def confirm(client: Client, link: str, token: str = "") -> Answer:
    return client.post("/auth/confirm-email-change", {"token": link}, token=token or None)


def login(client: Client, email: str) -> Answer:
    return client.post("/auth/login", {"email": email, "password": PASSWORD})


def notices(email: str) -> list[str]:
    return [mail.template for mail in Mail.scan() if mail.to == email]


def links(accounts: Accounts, old: str, new: str) -> tuple[str, str]:
    """The newest link at either address."""
    return accounts.mailed_tokens(new, NEW)[-1], accounts.mailed_tokens(old, OLD)[-1]


def without_address(stack: Container, accounts: Accounts) -> Account:
    """An account as signing in with Steam makes it."""
    account = accounts.create()
    user = User.at(keys.profile(account.id))
    user.update([User.email.remove(), User.emailVerified.set(False)])
    Credential.at(keys.credential(account.email)).delete()
    return account


@pytest.mark.parametrize("first", ["new", "old"])
def test_an_address_changes_once_both_mailboxes_agree(
    client: Client, accounts: Accounts, first: str
) -> None:
    # Given a second session, and a link to reset the password
    account, new = accounts.create(), accounts.form().email
    other = login(client, account.email).json["accessToken"]
    client.post("/auth/forgot-password", {"email": account.email})
    (reset,) = accounts.mailed_tokens(account.email, Purpose.RESET_PASSWORD)
    assert ask(client, account.access, new.upper()).status == 202
    order = links(accounts, account.email, new)
    one, two = order if first == "new" else order[::-1]
    # When one agrees, then nothing has changed
    assert confirm(client, one).json == {"status": "waiting"}
    assert client.get("/users/me", token=account.access).json["email"] == account.email
    # When the other one agrees as well
    done = confirm(client, two)
    # Then the account has moved, with its password
    assert (done.status, done.json) == (200, {"status": "changed"})
    assert login(client, new).status == 200
    assert login(client, account.email).code == "invalid_credentials"
    assert notices(account.email) == ["email_changed"]
    # And the session that asked goes on, all others and the reset's link are over
    fresh = client.post("/auth/refresh", {"refreshToken": account.refresh}).json["accessToken"]
    assert client.get("/users/me", token=fresh).json["email"] == new
    assert client.patch("/users/me", {"bio": "x"}, token=fresh).status == 200
    assert client.patch("/users/me", {"bio": "x"}, token=other).code == "session_ended"
    body = {"token": reset, "password": "Netherite-Axe-2"}
    assert client.post("/auth/reset-password", body).code == "invalid_or_expired_token"
    # And the old address is free
    assert Credential.find(keys.credential(account.email), accounts._stack.clock()) is None
    # And no link works twice
    assert {confirm(client, link).code for link in order} == {"invalid_or_expired_token"}


def test_an_account_without_an_address_gets_one_and_then_a_password_and_a_name(
    client: Client, stack: Container, accounts: Accounts
) -> None:
    # Given
    account, form = without_address(stack, accounts), accounts.form()
    assert ask(client, account.access, form.email).status == 202
    (link,) = accounts.mailed_tokens(form.email, NEW)
    # When a stranger follows the link, because the address was mistyped, then it does nothing
    stranger = accounts.create()
    for token in ("", stranger.access):
        assert confirm(client, link, token).code == "sign_in_to_confirm"
    # When its owner does
    assert confirm(client, link, account.access).json == {"status": "changed"}
    # Then the account has a verified address, and can have a password and another name
    client.post("/auth/forgot-password", {"email": form.email})
    (reset,) = accounts.mailed_tokens(form.email, Purpose.RESET_PASSWORD)
    body = {"token": reset, "password": PASSWORD}
    assert client.post("/auth/reset-password", body).status == 204
    token = login(client, form.email).json["accessToken"]
    renamed = client.patch("/users/me", {"username": form.username}, token=token)
    assert (renamed.json["username"], renamed.json["emailVerified"]) == (form.username, True)


@pytest.mark.parametrize("verified", [True, False])
def test_nobody_learns_whether_an_address_has_an_account(
    client: Client, accounts: Accounts, verified: bool
) -> None:
    # Given
    account, holder = accounts.create(), accounts.create(verified=verified)
    # When
    answers = [ask(client, account.access, e) for e in (holder.email, accounts.form().email)]
    # Then
    told = [(one.status, one.body, sorted(one.headers)) for one in answers]
    assert told[0] == told[1]
    # And an owner who has proven the address is told, and gets no link
    assert notices(holder.email) == (["address_in_use"] if verified else [])
    assert len(accounts.mailed_tokens(holder.email, NEW)) == (0 if verified else 1)


def test_who_waits_at_an_address_without_proving_it_makes_way(
    client: Client, accounts: Accounts
) -> None:
    # Given
    account, squatter = accounts.create(), accounts.create(verified=False)
    ask(client, account.access, squatter.email)
    # When
    for link in links(accounts, account.email, squatter.email):
        confirm(client, link)
    # Then
    assert client.get("/users/me", token=squatter.access).status == 401
    assert client.post("/auth/refresh", {"refreshToken": squatter.refresh}).status == 401
    user = User.find(keys.profile(account.id), accounts._stack.clock())
    assert user is not None
    assert user.email == squatter.email


def test_an_address_that_was_proven_meanwhile_stays_its_owners(
    client: Client, accounts: Accounts
) -> None:
    # Given
    account, form = accounts.create(), accounts.form()
    ask(client, account.access, form.email)
    accounts.register(email=form.email)
    (verification,) = accounts.mailed_tokens(form.email)
    client.post("/auth/verify-email", {"token": verification})
    # When
    new, old = links(accounts, account.email, form.email)
    confirm(client, old)
    refused = confirm(client, new)
    # Then
    assert (refused.status, refused.code) == (409, "email_taken")
    assert login(client, account.email).status == 200


@pytest.mark.parametrize("ended_by", ["logout", "reset", "another", "forgotten", "time"])
def test_a_change_ends_with_what_it_was_asked_in(
    client: Client, accounts: Accounts, clock: FrozenClock, ended_by: str
) -> None:
    # Given a thief who asked, and has read one mailbox
    account, new = accounts.create(), accounts.form().email
    ask(client, account.access, new)
    to_new, to_old = links(accounts, account.email, new)
    assert confirm(client, to_new).json == {"status": "waiting"}
    # When
    if ended_by == "logout":
        client.post("/auth/logout-all", token=account.access)
    elif ended_by == "reset":
        client.post("/auth/forgot-password", {"email": account.email})
        (reset,) = accounts.mailed_tokens(account.email, Purpose.RESET_PASSWORD)
        client.post("/auth/reset-password", {"token": reset, "password": PASSWORD})
    elif ended_by == "another":
        ask(client, account.access, accounts.form().email)
    elif ended_by == "forgotten":
        assert client.delete("/users/me/email", token=account.access).status == 204
    else:
        clock.advance(days=1)
    # Then
    assert confirm(client, to_old).code == "invalid_or_expired_token"
    assert login(client, account.email).status == 200


def test_who_asks_has_proven_who_they_are_a_moment_ago_and_has_another_address(
    client: Client, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    account, unverified = accounts.create(), accounts.create(verified=False)
    # When / Then
    same = ask(client, account.access, account.email)
    assert (same.status, same.code) == (422, "email_unchanged")
    assert ask(client, unverified.access, "new@mail.example.com").code == "email_not_verified"
    assert ask(client, account.access, "no address").status == 422
    clock.advance(seconds=FRESH_SECONDS)
    stale = ask(client, account.access, "new@mail.example.com")
    assert stale.code == "reauthentication_required"
    assert confirm(client, "x" * 100).code == "invalid_or_expired_token"
    assert not [item for item in EmailToken.scan() if item.userId in (account.id, unverified.id)]


def test_the_old_address_is_told_which_one_is_to_come(client: Client, accounts: Accounts) -> None:
    # Given
    account, new = accounts.create(), accounts.form().email
    # When
    ask(client, account.access, new)
    # Then
    (item,) = [item for item in EmailToken.scan() if item.email == account.email]
    assert (item.purpose, item.about) == (OLD, new)
