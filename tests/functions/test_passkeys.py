"""Passkeys through the door: made, kept, used to sign in; and what attackers would answer."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from firstspawn.kit.encoding import from_base64url, to_base64url
from firstspawn.mail.models import Mail
from firstspawn.passkeys.models import Passkey, PasskeyGuard
from firstspawn.reactions.schemas import Happening
from firstspawn.secondfactor.models import SecondFactor
from firstspawn.wiring import Container
from tests.support.authenticator import Authenticator, Options
from tests.support.client import ORIGIN, Answer, Client
from tests.support.clock import FrozenClock
from tests.support.factories import Account, Accounts
from tests.support.factors import add_passkey, turn_on
from tests.support.identities import an_identity, forget_password, link

Answering = Callable[[Authenticator, Options], dict[str, Any]]


@pytest.fixture
def account(accounts: Accounts) -> Account:
    return accounts.create()


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def register(client: Client, account: Account, answer: dict[str, Any], name: str = "A") -> Answer:
    body = {"name": name, "credential": answer}
    return client.post("/auth/passkeys", body, token=account.access)


def creation(client: Client, account: Account) -> Options:
    answer = client.post("/auth/passkeys/options", token=account.access)
    assert answer.status == 200, answer.body
    return dict(answer.json)


def request(client: Client) -> Options:
    return dict(client.post("/auth/login/passkey/options").json)


def sign_in(client: Client, answer: dict[str, Any]) -> Answer:
    body = {"credential": answer, "tokenTransport": "body"}
    return client.post("/auth/login/passkey", body)


def mails(account: Account) -> list[str]:
    return [mail.template for mail in Mail.scan(Mail.to == account.email)]


def test_a_passkey_is_registered_named_listed_renamed_and_removed(
    client: Client, account: Account, device: Authenticator
) -> None:
    # Given
    options = creation(client, account)
    public = options["publicKey"]
    assert public["rp"]["id"] == "localhost"
    assert public["authenticatorSelection"]["residentKey"] == "required"
    assert public["authenticatorSelection"]["userVerification"] == "required"
    assert account.email not in json.dumps(public["user"]["id"])
    # When
    made = register(client, account, device.create(options), "  My\u202e phone ")
    # Then
    assert made.status == 201, made.body
    assert made.json["name"] == "My phone"
    path = f"/auth/passkeys/{made.json['id']}"
    renamed = client.patch(path, {"name": "Laptop"}, token=account.access)
    assert renamed.json["name"] == "Laptop"
    listed = client.get("/auth/passkeys", token=account.access).json["items"]
    assert listed == [renamed.json]
    assert client.delete(path, token=account.access).status == 204
    assert client.get("/auth/passkeys", token=account.access).json["items"] == []
    assert client.delete(path, token=account.access).code == "passkey_not_found"
    assert sorted(mails(account)) == ["passkey_added", "passkey_removed"]


def test_a_passkey_signs_in_without_a_name(
    client: Client, stack: Container, account: Account, device: Authenticator
) -> None:
    # Given
    add_passkey(stack, account, device)
    options = request(client)
    assert options["publicKey"]["allowCredentials"] == []
    # When
    done = sign_in(client, device.get(options))
    # Then
    assert done.status == 200, done.body
    assert done.json["user"]["id"] == account.id
    (listed,) = client.get("/auth/passkeys", token=done.json["accessToken"]).json["items"]
    assert listed["lastUsedAt"] is not None


def test_a_passkey_made_before_is_named_so_that_no_device_makes_it_twice(
    client: Client, stack: Container, account: Account, device: Authenticator
) -> None:
    passkey = add_passkey(stack, account, device)
    (known,) = creation(client, account)["publicKey"]["excludeCredentials"]
    assert known["id"] == to_base64url(passkey.id)


REGISTRATION_LIES: dict[str, dict[str, Any]] = {
    "wrong origin": {"origin": "https://evil.example"},
    "an origin that only begins right": {"origin": f"{ORIGIN}.evil.example"},
    "wrong site": {"rp_id": "evil.example"},
    "inside another site's page": {"cross_origin": True},
}


@pytest.mark.parametrize("lie", REGISTRATION_LIES.values(), ids=REGISTRATION_LIES.keys())
def test_a_registration_that_lies_is_refused(
    client: Client, account: Account, device: Authenticator, lie: dict[str, Any]
) -> None:
    # When
    answer = register(client, account, device.create(creation(client, account), **lie))
    # Then
    assert (answer.status, answer.code) == (400, "passkey_refused")


def test_a_registration_demands_a_pin_or_biometrics(client: Client, account: Account) -> None:
    device = Authenticator(verifies=False)
    answer = register(client, account, device.create(creation(client, account)))
    assert answer.code == "passkey_refused"


def test_a_registrations_challenge_is_the_sessions_own_and_good_once(
    client: Client, accounts: Accounts, account: Account, device: Authenticator, clock: FrozenClock
) -> None:
    # Given
    other = accounts.create()
    options = creation(client, account)
    # When / Then
    assert register(client, other, device.create(options)).code == "invalid_challenge"
    foreign = device.create(options, challenge=request(client)["publicKey"]["challenge"])
    assert register(client, account, foreign).code == "invalid_challenge"
    made_up = device.create(options, challenge=to_base64url(b"x" * 64))
    assert register(client, account, made_up).code == "invalid_challenge"
    assert register(client, account, device.create(options)).status == 201
    again = device.create(options, credential_id=b"another")
    assert register(client, account, again).code == "invalid_challenge"
    late = creation(client, account)
    clock.advance(minutes=5)
    assert register(client, account, device.create(late)).code == "invalid_challenge"


def test_a_credential_is_registered_once_among_all_users(
    client: Client, stack: Container, accounts: Accounts, account: Account, device: Authenticator
) -> None:
    # Given
    passkey = add_passkey(stack, account, device)
    for owner in (account, accounts.create()):
        # When
        options = creation(client, owner)
        answer = register(client, owner, device.create(options, credential_id=passkey.id))
        # Then
        assert (answer.status, answer.code) == (409, "passkey_taken")


def test_an_account_has_ten_passkeys_at_most(
    client: Client, stack: Container, account: Account, device: Authenticator
) -> None:
    # Given
    waiting = stack.passkeys.registration_options(account.caller).model_dump()
    for _ in range(10):
        add_passkey(stack, account, device)
    # When / Then
    assert client.post("/auth/passkeys/options", token=account.access).code == "passkey_limit"
    assert register(client, account, device.create(waiting)).code == "passkey_limit"


LIES: dict[str, dict[str, Any]] = {
    "wrong origin": {"origin": "https://evil.example"},
    "wrong site": {"rp_id": "evil.example"},
    "another kind of answer": {"kind": "webauthn.create"},
    "inside another site's page": {"cross_origin": True},
    "nobody's name": {"user_handle": b"nobody"},
    "no name": {"user_handle": b""},
    "a name that is no text": {"user_handle": b"\xff\xfe"},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_an_answer_that_lies_opens_nothing(
    client: Client, stack: Container, account: Account, device: Authenticator, lie: dict[str, Any]
) -> None:
    # Given
    add_passkey(stack, account, device)
    # When
    answer = sign_in(client, device.get(request(client), **lie))
    # Then
    assert (answer.status, answer.code) == (403, "invalid_passkey")


def test_an_answer_is_good_once_and_for_its_purpose(
    client: Client, stack: Container, account: Account, device: Authenticator, clock: FrozenClock
) -> None:
    # Given
    add_passkey(stack, account, device)
    answer = device.get(request(client))
    assert sign_in(client, answer).status == 200
    # When / Then
    assert sign_in(client, answer).code == "invalid_challenge"
    other = client.post("/auth/reauthenticate/options", token=account.access).json
    meant_otherwise = device.get({"publicKey": other["passkey"]})
    assert sign_in(client, meant_otherwise).code == "invalid_challenge"
    late = request(client)
    clock.advance(minutes=5)
    assert sign_in(client, device.get(late)).code == "invalid_challenge"


def test_nobody_signs_in_as_somebody_else(
    client: Client, stack: Container, accounts: Accounts, account: Account, device: Authenticator
) -> None:
    # Given two people with a passkey each
    mine = add_passkey(stack, account, device)
    theirs = add_passkey(stack, accounts.create(), device)
    # When one names the other, or the other's key
    as_other = device.get(request(client), mine, user_handle=theirs.user_handle)
    with_their_id = device.get(request(client), mine)
    with_their_id |= {"id": to_base64url(theirs.id), "rawId": to_base64url(theirs.id)}
    mixed = device.get(request(client), mine, user_handle=theirs.user_handle)
    mixed |= {"id": to_base64url(theirs.id), "rawId": to_base64url(theirs.id)}
    # Then
    for answer in (as_other, with_their_id, mixed):
        assert sign_in(client, answer).code == "invalid_passkey"


def test_presence_alone_does_not_sign_in(
    client: Client, stack: Container, account: Account, device: Authenticator
) -> None:
    # Given
    add_passkey(stack, account, device)
    device.verifies = False
    # When / Then
    assert sign_in(client, device.get(request(client))).code == "invalid_passkey"


def test_a_removed_passkey_opens_nothing(
    client: Client, stack: Container, account: Account, device: Authenticator
) -> None:
    # Given
    add_passkey(stack, account, device)
    (listed,) = stack.passkeys.list(account.caller).items
    stack.passkeys.remove(account.caller, listed.id)
    # When / Then
    assert sign_in(client, device.get(request(client))).code == "invalid_passkey"
    assert [one for one in PasskeyGuard.scan() if one.userId == account.id] == []


@pytest.mark.parametrize("count", [7, 6, 1, 0])
def test_a_counter_that_goes_back_lets_nobody_in_and_warns_the_owner_once(
    client: Client, stack: Container, account: Account, device: Authenticator, count: int
) -> None:
    # Given
    add_passkey(stack, account, device)
    assert sign_in(client, device.get(request(client), count=7)).status == 200
    # When somebody has a copy
    for _ in range(2):
        assert sign_in(client, device.get(request(client), count=count)).code == "invalid_passkey"
    # Then
    assert mails(account).count("passkey_copied") == 1
    assert sign_in(client, device.get(request(client), count=8)).status == 200


def test_authenticators_that_do_not_count_are_let_in(
    client: Client, stack: Container, account: Account
) -> None:
    device = Authenticator(counts=False)
    add_passkey(stack, account, device)
    for _ in range(2):
        assert sign_in(client, device.get(request(client))).status == 200


def test_the_last_way_to_sign_in_stays(
    client: Client, stack: Container, account: Account, device: Authenticator
) -> None:
    # Given an account without a password, with two passkeys and an account elsewhere
    forget_password(account)
    for _ in range(2):
        add_passkey(stack, account, device)
    identity = link(stack, account, an_identity())
    first, second = (one.id for one in stack.passkeys.list(account.caller).items)
    # When / Then a passkey may be the last way
    unlink = f"/identities/{identity.platform.lower()}"
    assert client.delete(unlink, token=account.access).status == 204
    assert client.delete(f"/auth/passkeys/{first}", token=account.access).status == 204
    last = client.delete(f"/auth/passkeys/{second}", token=account.access)
    assert (last.status, last.code) == (409, "last_way_to_sign_in")
    # And go once there is another
    link(stack, account, an_identity())
    assert client.delete(f"/auth/passkeys/{second}", token=account.access).status == 204
    assert client.delete(unlink, token=account.access).code == "last_way_to_sign_in"


def test_an_account_that_may_expire_gets_no_passkey(
    client: Client, accounts: Accounts, device: Authenticator
) -> None:
    account = accounts.create(verified=False)
    answer = register(client, account, device.create(creation(client, account)))
    assert answer.code == "not_linkable"


@pytest.mark.parametrize("path", ["x", "a" * 64, "ä" * 64, "a" * 5000])
def test_an_id_of_no_passkey_is_not_found(client: Client, account: Account, path: str) -> None:
    answer = client.patch(f"/auth/passkeys/{path}", {"name": "x"}, token=account.access)
    assert answer.code == "passkey_not_found"


@pytest.mark.parametrize("name", ["", "   ", "\u202e", "x" * 65])
def test_a_name_has_to_be_readable(client: Client, account: Account, name: str) -> None:
    answer = client.patch(f"/auth/passkeys/{'a' * 64}", {"name": name}, token=account.access)
    assert answer.status == 422


def _garbled(answer: dict[str, Any], name: str, garbage: str) -> dict[str, Any]:
    return {**answer, "response": {**answer["response"], name: garbage}}


GARBAGE = ["", "A", "====", "e30", to_base64url(b"[1]"), to_base64url(b"\x00" * 37),
    to_base64url(b"\xa3" + b"\xff" * 40), to_base64url(b"[" * 3000),
    to_base64url(b'{"challenge":5}'), to_base64url(b"\x9f" * 2000)]  # fmt: skip


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused(
    client: Client, stack: Container, account: Account, device: Authenticator, garbage: str
) -> None:
    # Given
    add_passkey(stack, account, device)
    for name in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        answer = _garbled(device.get(request(client)), name, garbage)
        # When / Then
        assert sign_in(client, answer).status in {403, 422}, name
    for name in ("clientDataJSON", "attestationObject"):
        made = _garbled(device.create(creation(client, account)), name, garbage)
        assert register(client, account, made).status in {400, 422}, name


def test_an_altered_key_is_refused(client: Client, account: Account, device: Authenticator) -> None:
    # Given an attestation cut or bent at every eighth byte
    options = creation(client, account)
    answer = device.create(options)
    good = from_base64url(answer["response"]["attestationObject"])
    for place in range(0, len(good), 8):
        bent = good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]
        for wrong in (bent, good[:place]):
            # When
            made = _garbled(answer, "attestationObject", to_base64url(wrong))
            told = register(client, account, made)
            # Then: what still parses is a key of whoever made it, or already used up
            assert told.status in {201, 400, 403, 409}, (place, told.body)


def test_a_deleted_accounts_passkeys_and_factor_go(
    stack: Container, account: Account, device: Authenticator, clock: FrozenClock
) -> None:
    # Given
    add_passkey(stack, account, device)
    turn_on(stack, account, clock)
    told = Happening(id="e1", event="user.deleted", data={"userId": account.id})
    # When everybody who reacts is told
    for react in stack.reactions.handlers(told):
        react(told)
    # Then
    assert list(Passkey.scan(Passkey.userId == account.id)) == []
    assert list(PasskeyGuard.scan(PasskeyGuard.userId == account.id)) == []
    assert list(SecondFactor.scan(SecondFactor.userId == account.id)) == []
