"""Default deny: every declared route lets in exactly whom its declaration names."""

from dataclasses import replace
from typing import Any

import pytest
from chalice.app import Chalice

from app import app
from firstspawn.db import keys
from firstspawn.users.models import User
from firstspawn.users.schemas import Role
from functions.http.access import Access
from functions.http.api import Api
from functions.http.router import Router
from functions.http.routes import Route, Routes
from tests.support.client import Client
from tests.support.factories import Accounts

GUEST_WRITES = {
    "/api/v1/auth/register", "/api/v1/auth/verify-email", "/api/v1/auth/resend-verification",
    "/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/logout",
    "/api/v1/auth/forgot-password", "/api/v1/auth/reset-password",
}  # fmt: skip
METHODS = ("GET", "POST", "PATCH", "DELETE")
# Every kind of declaration, whether or not a route uses it yet.
KINDS = [
    Route("kind", method, f"/{access}/{verified}", lambda: None, access, verified=verified)
    for access in Access
    for method in METHODS
    for verified in (False, True)
]
ROUTES = app.declared + KINDS
ROLES = ("guest", "unverified", "user", "moderator", "admin", "banned", "banned admin", "ended")


def expected(role: str, route: Route) -> tuple[int, str]:
    """The status class and the code a role gets from the access check."""
    reads = route.method == "GET"
    staff = {Access.MODERATOR: {"moderator", "admin"}, Access.ADMIN: {"admin"}}
    if route.access is Access.GUEST:
        return 200, ""
    if route.access is Access.PLUGIN or role == "guest":
        return 401, "unauthenticated"
    if reads and route.access not in staff:
        return 200, ""
    if role == "ended":
        return 401, "session_ended"
    if role.startswith("banned"):
        return 403, "banned"
    if route.access in staff and role not in staff[route.access]:
        return 403, "forbidden"
    if route.verified and role == "unverified":
        return 403, "email_not_verified"
    return 200, ""


@pytest.fixture
def tokens(accounts: Accounts) -> dict[str, str | None]:
    made = {
        "unverified": accounts.create(verified=False),
        "user": accounts.create(),
        "moderator": accounts.create(role=Role.MODERATOR.value),
        "admin": accounts.create(role=Role.ADMIN.value),
        "banned": accounts.create(isBanned=True),
        "banned admin": accounts.create(role=Role.ADMIN.value, isBanned=True),
        "ended": accounts.create(role=Role.ADMIN.value, authEpoch=2),
    }
    return {"guest": None, **{role: account.access for role, account in made.items()}}


def doorman(routes: list[Route]) -> Client:
    """An application whose routes let people in and then do nothing."""
    api = Api(app_name="doorman", configure_logs=False)
    api.router = Router(replace(route, view=lambda request, **_: None) for route in routes)
    return Client(api)


def test_every_route_lets_in_whom_it_declares(tokens: dict[str, str | None]) -> None:
    # Given
    client = doorman(ROUTES)
    wrong = []
    for route in ROUTES:
        for role in ROLES:
            # When
            path = route.path.replace("{", "").replace("}", "")
            answer = _send(client, route.method, path, tokens[role])
            # Then
            seen = (200 if answer[0] < 400 else answer[0], answer[1])
            if seen != expected(role, route):
                wrong.append((route.method, route.path, role, seen, expected(role, route)))
    assert wrong == []


def _send(client: Client, method: str, path: str, token: str | None) -> tuple[int, str]:
    from tests.support.http_events import Call

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = client.send(Call(method, path, headers))
    return answer.status, answer.code if answer.status >= 400 else ""


def test_a_lost_role_counts_at_once(tokens: dict[str, str | None], accounts: Accounts) -> None:
    # Given
    client = doorman(KINDS)
    admin = accounts.create(role=Role.ADMIN.value)
    assert _send(client, "GET", "/admin/False", admin.access)[0] < 300
    # When
    User.at(keys.profile(admin.id)).update([User.role.set(Role.USER.value)])
    # Then
    assert _send(client, "GET", "/admin/False", admin.access) == (403, "forbidden")


def test_only_known_writes_are_open_to_guests() -> None:
    # When
    open_writes = {r.path for r in app.declared if r.access is Access.GUEST and r.method != "GET"}
    # Then a new one is added here on purpose, with its own proof in the body
    assert open_writes == GUEST_WRITES


@pytest.mark.parametrize("scheme", ["Basic eDp5", "Token x", "Bearer", "Bearer ", "x"])
def test_another_scheme_is_not_taken_for_a_guest(client: Client, scheme: str) -> None:
    # When
    answer = client.get("/users/nobody", headers={"Authorization": scheme})
    # Then
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_route_without_declared_access_cannot_be_registered() -> None:
    # Given
    routes, api = Routes("tag"), Api(app_name="test", configure_logs=False)
    undeclared: Any = routes.get
    # When / Then
    with pytest.raises(TypeError, match="access"):
        undeclared("/open")
    with pytest.raises(TypeError, match="declare routes"):

        @api.route("/open")
        def opened() -> None: ...


def test_chalice_itself_serves_no_view() -> None:
    # Given the registry, asked past our kernel
    event = {
        "requestContext": {"httpMethod": "GET", "resourcePath": "/health", "requestId": "r"},
        "pathParameters": None,
        "stageVariables": None,
        "headers": {},
        "multiValueQueryStringParameters": None,
        "body": None,
        "isBase64Encoded": False,
    }
    # When
    answer = Chalice.__call__(app, event, None)
    # Then
    assert answer["statusCode"] == 500
