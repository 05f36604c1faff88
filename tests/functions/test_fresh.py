"""Step-up: routes declared `fresh` let in who proved a short while ago who they are."""

import pytest

from firstspawn.auth.tokens import FRESH_SECONDS
from firstspawn.wiring import Container
from functions.http.access import Access
from functions.http.api import Api
from functions.http.openapi import document
from functions.http.router import Router
from functions.http.routes import Route
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.factories import Accounts

ROUTE = Route("t", "POST", "/api/v1/delicate", lambda request: None, Access.USER, fresh=True)


@pytest.fixture
def delicate(stack: Container) -> Client:
    """An application whose one route demands a recent proof."""
    api = Api(app_name="delicate", configure_logs=False)
    api.router = Router([ROUTE])
    return Client(api)


def test_a_login_is_fresh_for_ten_minutes(
    delicate: Client, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    account = accounts.create()
    # When / Then
    clock.advance(seconds=FRESH_SECONDS - 1)
    assert delicate.post("/delicate", token=account.access).status == 204
    clock.advance(seconds=1)
    refused = delicate.post("/delicate", token=account.access)
    assert (refused.status, refused.code) == (401, "reauthentication_required")
    assert refused.json["maxAgeSeconds"] == 600
    assert 'error="insufficient_user_authentication"' in refused.headers["www-authenticate"]
    assert 'max_age="600"' in refused.headers["www-authenticate"]


def test_a_refresh_makes_nobody_fresher(
    stack: Container, delicate: Client, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    account = accounts.create()
    clock.advance(seconds=FRESH_SECONDS - 1)
    # When
    grant, _ = stack.auth.refresh(account.refresh)
    # Then
    assert delicate.post("/delicate", token=grant.accessToken).status == 204
    clock.advance(seconds=1)
    assert delicate.post("/delicate", token=grant.accessToken).code == "reauthentication_required"


def test_a_guest_is_asked_to_sign_in_first(delicate: Client) -> None:
    assert delicate.post("/delicate").code == "unauthenticated"


def test_the_document_tells_which_routes_demand_it() -> None:
    # When
    operation = document([ROUTE])["paths"][ROUTE.path]["post"]
    # Then
    assert operation["x-reauthentication"] == {"maxAgeSeconds": FRESH_SECONDS}
    assert "`reauthentication_required`" in operation["responses"]["401"]["description"]
