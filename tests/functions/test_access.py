"""Default deny: every declared route lets in exactly whom its declaration names."""

from dataclasses import replace
from typing import Any

import pytest
from chalice.app import Chalice

from app import app
from firstspawn.apitokens.schemas import IssueApiToken
from firstspawn.apitokens.scopes import Scope
from firstspawn.db import keys
from firstspawn.users.models import User
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from functions.http.access import PLUGINS, PUBLIC, Access
from functions.http.api import Api
from functions.http.router import Router
from functions.http.routes import Route, Routes
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.factories import Accounts

GUEST_WRITES = {
    "/api/v1/auth/register", "/api/v1/auth/verify-email", "/api/v1/auth/resend-verification",
    "/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/logout",
    "/api/v1/auth/forgot-password", "/api/v1/auth/reset-password",
    "/api/v1/auth/confirm-email-change",
    "/api/v1/auth/login/passkey", "/api/v1/auth/login/passkey/options",
    "/api/v1/auth/second-factor", "/api/v1/auth/second-factor/challenge",
    "/api/v1/moderation/appeals",
}  # fmt: skip
METHODS = ("GET", "POST", "PATCH", "DELETE")
# Every kind of declaration, whether or not a route uses it yet.
KINDS = [
    Route("kind", method, f"/{access}/{verified}", lambda: None, access, verified=verified)
    for access in Access
    for method in METHODS
    for verified in (False, True)
]
KINDS += [
    Route("kind", method, f"/scoped/{access}", lambda: None, access, verified=True, scope=scope)
    for access, scope in ((Access.USER, Scope.SERVERS_WRITE), (Access.ADMIN, Scope.USERS_READ))
    for method in METHODS
]
ROUTES = app.declared + KINDS
PROGRAMS = (
    "another scope", "scope", "admin's", "expired", "revoked", "banned", "ended", "unverified",
)  # fmt: skip
ROLES = ("guest", "unverified", "user", "moderator", "admin", "banned", "banned admin", "ended")


EVERYTHING = IssueApiToken(name="all", scopes=list(Scope))
ANOTHER = Scope.IDENTITIES_READ
REVOKED = EVERYTHING.model_copy(update={"name": "revoked"})


def expected(role: str, route: Route) -> tuple[int, str]:
    """The status class and the code a role gets from the access check."""
    reads = route.method == "GET"
    staff = {Access.MODERATOR: {"moderator", "admin"}, Access.ADMIN: {"admin"}}
    if route.access is Access.GUEST:
        return 200, ""
    if route.access in PLUGINS:
        return 401, "signature_required"
    if role == "guest":
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


def expected_of_token(kind: str, route: Route) -> tuple[int, str]:
    """Likewise for an API token: `scope` and the later ones have every scope there is."""
    if route.access in PLUGINS:
        return 401, "signature_required"
    if route.scope is None:
        return 403, "token_not_allowed"
    if kind in ("expired", "revoked"):
        return 401, "invalid_token"
    if kind == "ended":
        return 401, "session_ended"
    if kind == "banned":
        return 403, "banned"
    if route.access is Access.ADMIN and kind != "admin's":
        return 403, "forbidden"
    if route.verified and route.method != "GET" and kind == "unverified":
        return 403, "email_not_verified"
    if route.scope not in (PUBLIC, ANOTHER) and kind == "another scope":
        return 403, "insufficient_scope"
    return 200, ""


@pytest.fixture
def programs(accounts: Accounts, stack: Container, clock: FrozenClock) -> dict[str, str]:
    def token(form: IssueApiToken = EVERYTHING, then: dict[str, Any] | None = None) -> str:
        account = accounts.create()
        issued = stack.api_tokens.issue(account.caller, form)
        if form is REVOKED:
            stack.api_tokens.revoke(account.caller, issued.id)
        changes = [getattr(User, name).set(value) for name, value in (then or {}).items()]
        if changes:
            User.at(keys.profile(account.id)).update(changes)
        return issued.token

    expired = token(EVERYTHING.model_copy(update={"expiresInDays": 1}))
    clock.advance(days=1)
    return {
        "another scope": token(EVERYTHING.model_copy(update={"scopes": [ANOTHER]})),
        "scope": token(),
        "admin's": token(then={"role": Role.ADMIN.value}),
        "expired": expired,
        "revoked": token(REVOKED),
        "banned": token(then={"isBanned": True, "role": Role.ADMIN.value}),
        "ended": token(then={"authEpoch": 2}),
        "unverified": token(then={"emailVerified": False}),
    }


def test_every_route_lets_in_the_api_tokens_it_declares(programs: dict[str, str]) -> None:
    # Given
    client = doorman(ROUTES)
    wrong = []
    for route in ROUTES:
        for kind in PROGRAMS:
            # When
            path = route.path.replace("{", "").replace("}", "")
            answer = _send(client, route.method, path, programs[kind])
            # Then
            seen = (200 if answer[0] < 400 else answer[0], answer[1])
            if seen != expected_of_token(kind, route):
                wrong.append((route.method, route.path, kind, seen))
    assert wrong == []


def test_what_could_take_an_account_over_is_closed_to_api_tokens() -> None:
    # Given
    closed = {(route.method, route.path) for route in app.declared if route.scope is None}
    dangerous = {
        (route.method, route.path)
        for route in app.declared
        if (route.path.startswith("/api/v1/auth/") and route.path != "/api/v1/auth/scopes")
        or "/identities/" in route.path
        or route.path == "/api/v1/users/me/email"
        or (route.method, route.path) == ("DELETE", "/api/v1/users/me")
    }
    # Then
    assert dangerous <= closed


def test_a_route_of_a_resource_without_scopes_must_name_one() -> None:
    with pytest.raises(ValueError, match="unheard-of:write"):
        Routes("unheard-of").post("/things", access=Access.USER)(lambda request: None)
    Routes("unheard-of").post("/things", access=Access.USER, scope=None)(lambda request: None)


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
