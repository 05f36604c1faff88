"""Proving again who one is: by what, for whom, and what it opens."""

from typing import Any

import pytest

from firstspawn.identities.schemas import Platform
from firstspawn.wiring import Container
from tests.support.authenticator import Authenticator
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.factories import PASSWORD, Account, Accounts
from tests.support.factors import add_passkey, turn_on
from tests.support.identities import an_identity, forget_password, link

# A route that demands a recent proof and changes nothing.
DELICATE = "/auth/passkeys/options"


@pytest.fixture
def account(accounts: Accounts) -> Account:
    return accounts.create()


def prove(client: Client, token: str, **proof: Any) -> Answer:
    return client.post("/auth/reauthenticate", proof, token=token)


def stale(stack: Container, clock: FrozenClock, account: Account) -> str:
    """An access token of a session whose proof is too old."""
    clock.advance(minutes=11)
    return stack.auth.grant(account.caller).accessToken


def test_the_password_proves_it_for_ten_minutes_and_across_refreshes(
    client: Client, stack: Container, account: Account, clock: FrozenClock
) -> None:
    # Given
    old = stale(stack, clock, account)
    assert client.post(DELICATE, token=old).code == "reauthentication_required"
    # When
    proven = prove(client, old, password=PASSWORD)
    # Then
    assert proven.status == 200
    assert client.post(DELICATE, token=proven.json["accessToken"]).status == 200
    assert client.post(DELICATE, token=old).code == "reauthentication_required"
    clock.advance(minutes=9)
    refreshed = stack.auth.refresh(account.refresh)[0].accessToken
    assert client.post(DELICATE, token=refreshed).status == 200
    clock.advance(minutes=1)
    assert client.post(DELICATE, token=refreshed).code == "reauthentication_required"


def test_a_wrong_proof_proves_nothing(
    client: Client, stack: Container, account: Account, clock: FrozenClock
) -> None:
    old = stale(stack, clock, account)
    assert prove(client, old, password="Wrong-Pick-1").code == "wrong_password"
    assert prove(client, old, code="123456").code == "no_second_factor"
    assert prove(client, old).status == 422
    assert prove(client, old, password=PASSWORD, code="123456").status == 422


def test_where_there_is_a_second_factor_the_password_is_not_enough(
    client: Client, stack: Container, account: Account, clock: FrozenClock
) -> None:
    # Given
    factor = turn_on(stack, account, clock)
    clock.advance(minutes=11)
    # When / Then
    offered = client.post("/auth/reauthenticate/options", token=factor.access)
    assert offered.json == {"methods": ["code", "recoveryCode"], "passkey": None}
    refused = prove(client, factor.access, password=PASSWORD)
    assert (refused.status, refused.code) == (403, "second_factor_required")
    code = factor.code()
    assert prove(client, factor.access, code=code).status == 200
    assert prove(client, factor.access, code=code).code == "wrong_code"
    assert prove(client, factor.access, recoveryCode=factor.recovery[0]).status == 200
    assert prove(client, factor.access, recoveryCode=factor.recovery[0]).code == "wrong_code"


def test_a_passkey_proves_it(
    client: Client, stack: Container, account: Account, clock: FrozenClock
) -> None:
    # Given
    device = Authenticator()
    add_passkey(stack, account, device)
    old = stale(stack, clock, account)
    offered = client.post("/auth/reauthenticate/options", token=old).json
    assert offered["methods"] == ["password", "passkey"]
    answer = device.get({"publicKey": offered["passkey"]})
    # When
    proven = prove(client, old, passkey=answer)
    # Then, once
    assert client.post(DELICATE, token=proven.json["accessToken"]).status == 200
    assert prove(client, old, passkey=answer).code == "invalid_challenge"


def test_a_proof_is_of_the_caller_and_for_their_session(
    client: Client, stack: Container, accounts: Accounts, account: Account
) -> None:
    # Given
    device, other = Authenticator(), accounts.create()
    mine, theirs = (add_passkey(stack, one, device) for one in (account, other))
    options = client.post("/auth/reauthenticate/options", token=account.access).json
    ask = {"publicKey": options["passkey"]}
    # When / Then
    assert prove(client, account.access, passkey=device.get(ask, theirs)).code == "invalid_passkey"
    named = device.get(ask, mine, user_handle=theirs.user_handle)
    assert prove(client, account.access, passkey=named).code == "invalid_passkey"
    assert prove(client, other.access, passkey=device.get(ask, mine)).code == "invalid_challenge"
    sign_in = client.post("/auth/login/passkey/options").json
    assert prove(client, account.access, passkey=device.get(sign_in, mine)).code == (
        "invalid_challenge"
    )
    device.verifies = False
    assert prove(client, account.access, passkey=device.get(ask, mine)).code == "invalid_passkey"


def test_who_has_accounts_elsewhere_alone_signs_in_again(client: Client, account: Account) -> None:
    forget_password(account)
    offered = client.post("/auth/reauthenticate/options", token=account.access)
    assert offered.json == {"methods": [], "passkey": None}
    assert prove(client, account.access, password=PASSWORD).code == "no_password"


def test_an_ended_session_proves_nothing(
    client: Client, stack: Container, account: Account
) -> None:
    stack.auth.revoke(account.caller, account.caller.sessionId)
    assert prove(client, account.access, password=PASSWORD).code == "session_ended"


def test_a_passkey_is_a_second_factor_by_presence_alone(
    client: Client, stack: Container, account: Account, clock: FrozenClock
) -> None:
    # Given
    device, stranger = Authenticator(verifies=True), Authenticator()
    add_passkey(stack, account, device)
    turn_on(stack, account, clock)
    login = {"email": account.email, "password": PASSWORD}
    asked = client.post("/auth/login", login).json["secondFactor"]
    assert asked["methods"] == ["code", "recoveryCode", "passkey"]
    ask = {"publicKey": asked["passkey"]}
    assert [one["id"] for one in ask["publicKey"]["allowCredentials"]]
    device.verifies = False

    def show(answer: dict[str, Any], challenge: str = asked["challenge"]) -> Answer:
        return client.post("/auth/second-factor", {"challenge": challenge, "passkey": answer})

    # When / Then not with another login's challenge, and not with somebody else's key
    other = client.post("/auth/login", login).json["secondFactor"]
    assert show(device.get({"publicKey": other["passkey"]})).code == "invalid_passkey"
    stranger.passkeys = [type(device.passkeys[0])(
        device.passkeys[0].id, "localhost", device.passkeys[0].user_handle
    )]  # fmt: skip
    assert show(stranger.get(ask)).code == "invalid_passkey"
    answer = device.get(ask)
    assert show(answer).status == 200
    assert show(answer).code == "invalid_challenge"


def test_a_passkey_alone_counts_as_both_factors(
    client: Client, stack: Container, account: Account, clock: FrozenClock
) -> None:
    # Given
    device = Authenticator()
    add_passkey(stack, account, device)
    turn_on(stack, account, clock)
    # When
    answer = device.get(client.post("/auth/login/passkey/options").json)
    done = client.post("/auth/login/passkey", {"credential": answer})
    # Then
    assert done.status == 200
    assert done.cookie.startswith("fs_refresh=")
    assert client.post(DELICATE, token=done.json["accessToken"]).status == 200


def test_a_new_password_demands_the_second_factor_and_the_old_one(
    client: Client, stack: Container, account: Account, clock: FrozenClock
) -> None:
    # Given
    change = {"currentPassword": PASSWORD, "newPassword": "Another-Pick-2"}
    factor = turn_on(stack, account, clock)
    clock.advance(minutes=11)
    # When / Then
    refused = client.post("/auth/change-password", change, token=factor.access)
    assert refused.code == "reauthentication_required"
    proven = prove(client, factor.access, code=factor.code()).json["accessToken"]
    assert client.post("/auth/change-password", change, token=proven).status == 200


def test_where_there_is_none_the_old_password_is_proof_enough(
    client: Client, stack: Container, account: Account, clock: FrozenClock
) -> None:
    change = {"currentPassword": PASSWORD, "newPassword": "Another-Pick-2"}
    old = stale(stack, clock, account)
    assert client.post("/auth/change-password", change, token=old).status == 200


def test_what_one_signs_in_with_is_linked_with_a_recent_proof(
    client: Client, stack: Container, account: Account, clock: FrozenClock
) -> None:
    old = stale(stack, clock, account)
    refused = client.post("/identities/link/steam", {}, token=old)
    assert refused.code == "reauthentication_required"
    assert client.post("/identities/link/minecraft", {}, token=old).status == 201


def test_what_one_signs_in_with_is_unlinked_with_a_recent_proof(
    client: Client, stack: Container, account: Account, clock: FrozenClock
) -> None:
    # Given
    for platform in (Platform.STEAM, Platform.MINECRAFT):
        link(stack, account, an_identity(platform))
    old = stale(stack, clock, account)
    # When / Then
    assert client.delete("/identities/steam", token=old).code == "reauthentication_required"
    assert client.delete("/identities/minecraft", token=old).status == 204
    (kept,) = client.get("/identities", token=old).json["items"]
    assert kept["platform"] == "STEAM"
    # And with one
    proven = prove(client, old, password=PASSWORD).json["accessToken"]
    assert client.delete("/identities/steam", token=proven).status == 204
