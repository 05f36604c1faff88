"""Registering somebody else's address gives nobody a way into what its owner makes of it."""

import pytest

from firstspawn.auth.models import Credential
from firstspawn.auth.tokens import Purpose
from firstspawn.db import keys
from firstspawn.mail.models import Mail
from tests.support.client import Answer, Client
from tests.support.factories import PASSWORD, Accounts

STRANGERS, OWNERS, LATER = PASSWORD, "Netherite-Axe-2", "Elytra-Wings-3"


def login(client: Client, email: str, password: str) -> Answer:
    body = {"email": email, "password": password, "tokenTransport": "body"}
    return client.post("/auth/login", body)


def notices(email: str) -> list[str]:
    return [mail.template for mail in Mail.scan() if mail.to == email]


@pytest.mark.parametrize("first", [STRANGERS, OWNERS], ids=["stranger first", "owner first"])
def test_whose_link_is_followed_does_not_matter_no_password_survives(
    client: Client, accounts: Accounts, first: str
) -> None:
    # Given two registrations of one address, and whoever came first signed in
    (second,) = {STRANGERS, OWNERS} - {first}
    form = accounts.register(password=first)
    early = login(client, form.email, first).json
    accounts.register(email=form.email, password=second)
    assert notices(form.email) == ["address_contested"]
    # When the owner follows the link
    (link,) = accounts.mailed_tokens(form.email)
    assert client.post("/auth/verify-email", {"token": link}).status == 204
    # Then neither password opens the account, and nobody is signed in
    for password in (STRANGERS, OWNERS):
        assert login(client, form.email, password).code == "invalid_credentials"
    late = client.patch("/users/me", {"bio": "mine"}, token=early["accessToken"])
    assert (late.status, late.code) == (401, "session_ended")
    refreshed = client.post("/auth/refresh", {"refreshToken": early["refreshToken"]})
    assert refreshed.code == "invalid_refresh_token"
    # And the owner's mailbox has the way in
    (to_reset,) = accounts.mailed_tokens(form.email, Purpose.RESET_PASSWORD)
    body = {"token": to_reset, "password": LATER}
    assert client.post("/auth/reset-password", body).status == 204
    assert login(client, form.email, LATER).json["user"]["emailVerified"] is True


def test_the_owner_may_set_a_password_instead_of_following_the_first_link(
    client: Client, accounts: Accounts
) -> None:
    # Given
    form = accounts.register(password=STRANGERS)
    accounts.register(email=form.email, password=OWNERS)
    client.post("/auth/forgot-password", {"email": form.email})
    (to_reset,) = accounts.mailed_tokens(form.email, Purpose.RESET_PASSWORD)
    # When
    assert client.post("/auth/reset-password", {"token": to_reset, "password": LATER}).status == 204
    # Then the account is verified, and an old link takes nothing back
    (link,) = accounts.mailed_tokens(form.email)
    client.post("/auth/verify-email", {"token": link})
    assert login(client, form.email, STRANGERS).code == "invalid_credentials"
    assert login(client, form.email, LATER).json["user"]["emailVerified"] is True


def test_who_registers_twice_with_one_password_keeps_it(client: Client, accounts: Accounts) -> None:
    # Given
    form = accounts.register()
    accounts.register(email=form.email)
    # When
    (link,) = accounts.mailed_tokens(form.email)
    assert client.post("/auth/verify-email", {"token": link}).status == 204
    # Then
    assert login(client, form.email, PASSWORD).status == 200
    assert notices(form.email) == ["account_exists"]


def test_a_verified_address_cannot_be_contested(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    # When
    accounts.register(email=account.email, password=OWNERS)
    # Then
    assert notices(account.email) == ["account_exists"]
    assert Credential.get(*keys.credential(account.email)).contested is None
    assert login(client, account.email, PASSWORD).status == 200


def test_the_name_asked_for_second_is_kept_for_the_owner(
    client: Client, accounts: Accounts
) -> None:
    # Given
    form = accounts.register(password=STRANGERS)
    wanted = accounts.register(email=form.email, password=OWNERS).username
    client.post("/auth/forgot-password", {"email": form.email})
    (to_reset,) = accounts.mailed_tokens(form.email, Purpose.RESET_PASSWORD)
    client.post("/auth/reset-password", {"token": to_reset, "password": LATER})
    token = login(client, form.email, LATER).json["accessToken"]
    # When
    renamed = client.patch("/users/me", {"username": wanted}, token=token)
    # Then
    assert (renamed.status, renamed.json["username"]) == (200, wanted)
    other = client.patch("/users/me", {"username": wanted}, token=accounts.create().access)
    assert other.code == "username_taken"
