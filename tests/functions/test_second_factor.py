"""The second factor through the door: set up, asked for, shown once, turned off."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from firstspawn.auth.models import Credential
from firstspawn.auth.tokens import Purpose
from firstspawn.db import keys
from firstspawn.mail.models import Mail
from firstspawn.secondfactor.models import SecondFactor
from firstspawn.users.models import User
from firstspawn.wiring import Container
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.factories import DEVICE, PASSWORD, Account, Accounts
from tests.support.factors import Factor, turn_on


@pytest.fixture
def account(accounts: Accounts) -> Account:
    return accounts.create()


@pytest.fixture
def factor(stack: Container, account: Account, clock: FrozenClock) -> Factor:
    return turn_on(stack, account, clock)


def login(client: Client, account: Account) -> Answer:
    return client.post("/auth/login", {"email": account.email, "password": PASSWORD})


def challenged(client: Client, account: Account) -> dict[str, Any]:
    answer = login(client, account)
    assert answer.status == 200
    assert answer.cookies == []
    assert answer.json.keys() == {"secondFactor"}
    return dict(answer.json["secondFactor"])


def show(client: Client, challenge: str, **proof: str) -> Answer:
    body = {"challenge": challenge, "tokenTransport": "body", **proof}
    return client.post("/auth/second-factor", body)


def mails(account: Account) -> list[str]:
    return [mail.template for mail in Mail.scan(Mail.to == account.email)]


def test_turning_it_on_shows_a_secret_and_recovery_codes_once(
    client: Client, account: Account, clock: FrozenClock
) -> None:
    # Given
    from pyotp import TOTP

    assert client.get("/auth/second-factor", token=account.access).json["enabled"] is False
    # When
    enrolled = client.post("/auth/second-factor/totp", token=account.access)
    # Then
    assert enrolled.status == 201
    uri = urlsplit(enrolled.json["uri"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert parse_qs(uri.query)["secret"] == [enrolled.json["secret"]]
    assert login(client, account).json["accessToken"], "nothing is on before it is confirmed"
    # When
    code = TOTP(enrolled.json["secret"]).at(clock())
    confirmed = client.post(
        "/auth/second-factor/totp/confirm", {"code": code}, token=account.access
    )
    # Then
    assert confirmed.status == 200
    assert len(set(confirmed.json["recoveryCodes"])) == 10
    status = client.get("/auth/second-factor", token=confirmed.json["accessToken"]).json
    assert (status["enabled"], status["recoveryCodesLeft"]) == (True, 10)
    assert mails(account) == ["second_factor_on"]


def test_turning_it_on_ends_the_other_sessions(
    client: Client, accounts: Accounts, stack: Container, clock: FrozenClock
) -> None:
    # Given
    account = accounts.create()
    elsewhere = client.post(
        "/auth/login", {"email": account.email, "password": PASSWORD, "tokenTransport": "body"}
    ).json
    # When
    factor = turn_on(stack, account, clock)
    # Then
    refreshed = client.post("/auth/refresh", {"refreshToken": elsewhere["refreshToken"]})
    assert refreshed.code == "invalid_refresh_token"
    change = {"bio": "x"}
    assert client.patch("/users/me", change, token=elsewhere["accessToken"]).code == "session_ended"
    assert client.patch("/users/me", change, token=factor.access).status == 200


def test_the_secret_is_sealed_and_apart_from_the_profile(account: Account, factor: Factor) -> None:
    # When
    (stored,) = SecondFactor.scan(SecondFactor.userId == account.id)
    # Then
    assert stored.secret.startswith("v1.")
    assert factor.secret not in stored.secret
    assert not {code.replace("-", "") for code in factor.recovery} & set(stored.recoveryHashes)


def test_a_login_goes_on_with_a_code(client: Client, account: Account, factor: Factor) -> None:
    # Given
    asked = challenged(client, account)
    assert asked["methods"] == ["code", "recoveryCode"]
    assert (asked["passkey"], asked["expiresIn"]) == (None, 300)
    # When
    done = show(client, asked["challenge"], code=factor.code())
    # Then
    assert done.status == 200
    assert done.json["user"]["id"] == account.id
    assert client.patch("/users/me", {"bio": "x"}, token=done.json["accessToken"]).status == 200
    assert done.json["refreshToken"]


def test_the_password_alone_writes_nothing_and_opens_nothing(
    client: Client, stack: Container, account: Account, factor: Factor
) -> None:
    # When
    challenged(client, account)
    # Then
    assert len(stack.auth.sessions(account.caller).items) == 1


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_the_clock_may_be_a_step_off(
    client: Client, account: Account, factor: Factor, clock: FrozenClock, steps: int
) -> None:
    clock.advance(minutes=5)
    challenge = challenged(client, account)["challenge"]
    assert show(client, challenge, code=factor.code(steps)).status == 200


@pytest.mark.parametrize("steps", [-2, 2])
def test_and_not_two(
    client: Client, account: Account, factor: Factor, clock: FrozenClock, steps: int
) -> None:
    clock.advance(minutes=5)
    challenge = challenged(client, account)["challenge"]
    assert show(client, challenge, code=factor.code(steps)).code == "wrong_code"


def test_a_code_opens_one_login(client: Client, account: Account, factor: Factor) -> None:
    # Given
    first, second = (challenged(client, account)["challenge"] for _ in range(2))
    assert show(client, first, code=factor.code()).status == 200
    # When / Then: neither it nor the one before it
    assert show(client, second, code=factor.code()).code == "wrong_code"
    assert show(client, second, code=factor.code(-1)).code == "wrong_code"
    assert show(client, second, code=factor.code(1)).status == 200


def test_a_challenge_opens_one_login(client: Client, account: Account, factor: Factor) -> None:
    # Given
    challenge = challenged(client, account)["challenge"]
    assert show(client, challenge, code=factor.code()).status == 200
    # When / Then
    assert show(client, challenge, recoveryCode=factor.recovery[0]).code == "invalid_challenge"


def test_a_challenge_takes_five_tries(client: Client, account: Account, factor: Factor) -> None:
    # Given
    challenge = challenged(client, account)["challenge"]
    wrong = f"{(int(factor.code()) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert show(client, challenge, code=wrong).code == "wrong_code"
    # When / Then
    assert show(client, challenge, code=factor.code()).code == "invalid_challenge"


def test_an_account_takes_ten_tries_in_ten_minutes_from_wherever(
    client: Client, stack: Container, account: Account, factor: Factor
) -> None:
    # Given the limits of production, for the account's tries alone
    stack.rate_limiter._scale = 1
    tries = []
    # When
    for _ in range(3):
        challenge = stack.auth.challenge(_proof(stack, account))
        tries += [_tried(stack, challenge, "000000") for _ in range(4)]
    # Then
    assert tries == ["wrong_code"] * 10 + ["rate_limited"] * 2


def _proof(stack: Container, account: Account) -> Any:
    from firstspawn.auth.errors import SecondFactorNeeded
    from firstspawn.auth.schemas import Login

    with pytest.raises(SecondFactorNeeded) as raised:
        stack.auth.login(Login(email=account.email, password=PASSWORD), DEVICE)
    return raised.value.proof


def _tried(stack: Container, challenge: str, code: str) -> str:
    from firstspawn.errors import ProblemError
    from firstspawn.secondfactor.schemas import ShowFactor

    with pytest.raises(ProblemError) as raised:
        stack.two_step_login.finish(challenge, ShowFactor(code=code), DEVICE)
    return raised.value.code


def test_a_challenge_is_good_for_five_minutes_and_cannot_be_made_up(
    client: Client, account: Account, factor: Factor, clock: FrozenClock
) -> None:
    # Given
    challenge = challenged(client, account)["challenge"]
    clock.advance(minutes=5)
    # When / Then
    for text in (challenge, challenge[:-2], "x", "", account.refresh):
        assert show(client, text, code=factor.code()).code == "invalid_challenge"


def test_a_logout_all_ends_the_logins_under_way(
    client: Client, account: Account, factor: Factor
) -> None:
    # Given
    challenge = challenged(client, account)["challenge"]
    assert client.post("/auth/logout-all", token=factor.access).status == 204
    # When / Then
    assert show(client, challenge, code=factor.code()).code == "invalid_credentials"


def test_a_recovery_code_works_once_however_it_is_typed(
    client: Client, account: Account, factor: Factor
) -> None:
    # Given
    code = factor.recovery[3]
    first, second = (challenged(client, account)["challenge"] for _ in range(2))
    # When
    done = show(client, first, recoveryCode=code.lower().replace("-", " "))
    # Then
    assert done.status == 200
    assert show(client, second, recoveryCode=code).code == "wrong_code"
    status = client.get("/auth/second-factor", token=done.json["accessToken"]).json
    assert status["recoveryCodesLeft"] == 9
    assert mails(account).count("recovery_code_used") == 1


def test_new_recovery_codes_replace_the_old(
    client: Client, account: Account, factor: Factor
) -> None:
    # When
    renewed = client.post("/auth/second-factor/recovery-codes", token=factor.access)
    # Then
    challenge = challenged(client, account)["challenge"]
    assert show(client, challenge, recoveryCode=factor.recovery[0]).code == "wrong_code"
    assert show(client, challenge, recoveryCode=renewed.json["recoveryCodes"][0]).status == 200
    assert "recovery_codes_renewed" in mails(account)


def test_a_new_password_does_not_pass_the_second_factor_by(
    client: Client, accounts: Accounts, account: Account, factor: Factor
) -> None:
    # Given
    client.post("/auth/forgot-password", {"email": account.email})
    (token,) = accounts.mailed_tokens(account.email, Purpose.RESET_PASSWORD)
    # When
    reset = client.post("/auth/reset-password", {"token": token, "password": "Another-Pick-2"})
    # Then
    assert reset.status == 204
    answer = client.post("/auth/login", {"email": account.email, "password": "Another-Pick-2"})
    assert answer.json.keys() == {"secondFactor"}


def test_turning_it_off_ends_the_other_sessions_and_logins_ask_no_more(
    client: Client, account: Account, factor: Factor
) -> None:
    # Given
    elsewhere = show(client, challenged(client, account)["challenge"], code=factor.code()).json
    # When
    off = client.delete("/auth/second-factor", token=factor.access)
    # Then
    assert off.status == 200
    assert login(client, account).json["accessToken"]
    refreshed = client.post("/auth/refresh", {"refreshToken": elsewhere["refreshToken"]})
    assert refreshed.code == "invalid_refresh_token"
    assert "second_factor_off" in mails(account)
    again = client.delete("/auth/second-factor", token=off.json["accessToken"])
    assert again.code == "no_second_factor"


def test_changes_demand_a_recent_proof(
    client: Client, stack: Container, account: Account, factor: Factor, clock: FrozenClock
) -> None:
    clock.advance(minutes=10)
    for method, path in (
        ("POST", "/auth/second-factor/totp"),
        ("POST", "/auth/second-factor/totp/confirm"),
        ("POST", "/auth/second-factor/recovery-codes"),
        ("DELETE", "/auth/second-factor"),
    ):
        body = {"code": "123456"} if path.endswith("confirm") else None
        answer = client.call(method, path, body, token=factor.access)
        assert answer.code == "reauthentication_required", path


def test_an_account_that_may_expire_gets_none(client: Client, accounts: Accounts) -> None:
    # Given somebody who has registered an address that is perhaps not theirs
    account = accounts.create(verified=False)
    # When / Then
    answer = client.post("/auth/second-factor/totp", token=account.access)
    assert (answer.status, answer.code) == (403, "not_linkable")


@pytest.mark.parametrize(
    "body",
    [
        {}, {"code": "123456", "recoveryCode": "x"}, {"code": "12345"}, {"code": "１２３４５６"},
        {"code": 123456}, {"recoveryCode": "x" * 33}, {"password": PASSWORD},
        {"passkey": {"id": "x"}},
    ],
)  # fmt: skip
def test_what_is_no_single_proof_is_refused(client: Client, body: dict[str, Any]) -> None:
    assert client.post("/auth/second-factor", {"challenge": "x", **body}).status == 422


@pytest.mark.parametrize("has_address", [True, False])
def test_another_address_does_not_pass_it_by(
    client: Client, stack: Container, accounts: Accounts, clock: FrozenClock, has_address: bool
) -> None:
    # Given an account with a second factor, made with an address or with Steam
    account, new = accounts.create(), accounts.form().email
    if not has_address:
        user = User.at(keys.profile(account.id))
        user.update([User.email.remove(), User.emailVerified.set(False)])
        Credential.at(keys.credential(account.email)).delete()
    factor = turn_on(stack, account, clock)
    # When it gets another address, and a password
    assert client.post("/users/me/email", {"email": new}, token=factor.access).status == 202
    mailed = accounts.mailed_tokens(new, Purpose.CONFIRM_NEW_EMAIL)
    mailed += accounts.mailed_tokens(account.email, Purpose.CONFIRM_OLD_EMAIL)
    for link in mailed:
        client.post("/auth/confirm-email-change", {"token": link}, token=factor.access)
    client.post("/auth/forgot-password", {"email": new})
    (reset,) = accounts.mailed_tokens(new, Purpose.RESET_PASSWORD)
    assert client.post("/auth/reset-password", {"token": reset, "password": PASSWORD}).status == 204
    # Then
    answer = client.post("/auth/login", {"email": new, "password": PASSWORD})
    assert answer.json.keys() == {"secondFactor"}
    done = show(client, answer.json["secondFactor"]["challenge"], code=factor.code())
    assert done.json["user"]["id"] == account.id
