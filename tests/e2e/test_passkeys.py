"""Passkeys as a browser makes and uses them, on a frontend's page, against the deployed stack."""

import pytest
from pyotp import TOTP

from infra.local.handle import StackHandle
from tests.e2e.browser import Browser, browser, missing
from tests.e2e.players import PASSWORD, Player, newcomer

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.skipif(bool(missing()), reason=f"absent: {missing()}"),
]


def test_a_browser_makes_a_passkey_and_signs_in_with_it(
    stack: StackHandle, frontend_page: str
) -> None:
    # Given
    owner, api = newcomer(stack), stack.api_url
    with browser(frontend_page) as chromium:
        # When
        made = chromium.run("register", api, owner.token, "Laptop")
        # Then
        assert made.get("status") == 201, made
        # When nobody says who they are
        entered = chromium.run("signIn", api)
        # Then
        assert entered.get("status") == 200, entered
        assert entered["body"]["user"]["email"] == owner.email
        assert chromium.run("refresh", api)["status"] == 200, "the cookie is this browser's"
        _used_as_second_factor(chromium, owner)
        # And once it is removed, nobody is let in
        path = f"/auth/passkeys/{made['body']['id']}"
        assert owner.call("DELETE", path).status_code == 204
        assert chromium.run("signIn", api)["body"]["code"] == "invalid_passkey"
    subjects = [mail["subject"] for mail in stack.mails(owner.email)]
    assert "A passkey was added" in subjects


def _used_as_second_factor(chromium: Browser, owner: Player) -> None:
    secret = owner.call("POST", "/auth/second-factor/totp").json()["secret"]
    confirmed = owner.call("POST", "/auth/second-factor/totp/confirm", {"code": TOTP(secret).now()})
    assert confirmed.status_code == 200, confirmed.text
    owner.token = confirmed.json()["accessToken"]
    answer = chromium.run("logIn", owner.stack.api_url, owner.email, PASSWORD)
    assert answer.get("status") == 200, answer
