"""Sessions are listed, ended one by one or all at once; what was ended can write nothing more."""

import io

import pytest

from firstspawn.config import Settings
from firstspawn.db import keys
from firstspawn.users.models import User
from firstspawn.wiring import Container
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.factories import PASSWORD, Accounts


def test_sessions_are_listed_the_last_used_first(
    client: Client, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    account = accounts.create()
    clock.advance(minutes=1)
    body = {"email": account.email, "password": PASSWORD}
    agent = "Firefox\x1b[31m\ud800 " + "x" * 5000
    other = client.post("/auth/login", body, headers={"User-Agent": agent}).json["accessToken"]
    # When
    listed = client.get("/auth/sessions", token=account.access).json
    # Then
    newest, oldest = listed["items"]
    assert (newest["current"], oldest["current"]) == (False, True)
    assert newest["userAgent"].startswith("Firefox[31m xxx")
    assert len(newest["userAgent"]) <= 256
    assert newest["ipAddress"] == "203.0.113.7"
    assert newest["createdAt"] == "2026-11-22T12:01:00Z"
    assert newest["expiresAt"] == "2026-11-29T12:01:00Z"
    assert listed["nextCursor"] is None
    assert not any("oken" in key or "hash" in key.lower() for key in newest)
    seen_by_other = client.get("/auth/sessions", token=other).json["items"]
    assert [session["current"] for session in seen_by_other] == [True, False]


def test_a_session_can_be_ended_from_another_device(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    # When
    path = f"/auth/sessions/{account.caller.sessionId}"
    answer = client.delete(path, token=account.access)
    # Then
    assert (answer.status, answer.body) == (204, "")
    assert client.post("/auth/refresh", {"refreshToken": account.refresh}).status == 401
    assert client.delete(path, token=account.access).code == "session_not_found"


def test_nobody_ends_somebody_elses_session(client: Client, accounts: Accounts) -> None:
    # Given
    victim, thief = accounts.create(), accounts.create()
    # When
    answer = client.delete(f"/auth/sessions/{victim.caller.sessionId}", token=thief.access)
    # Then
    assert (answer.status, answer.code) == (404, "session_not_found")
    assert client.post("/auth/refresh", {"refreshToken": victim.refresh}).status == 200


@pytest.mark.parametrize("session", ["x", "a" * 3000, "%00", "%23", "..%2FPROFILE"])
def test_what_is_no_session_is_not_found(client: Client, accounts: Accounts, session: str) -> None:
    # When
    answer = client.delete(f"/auth/sessions/{session}", token=accounts.create().access)
    # Then
    assert (answer.status, answer.code) == (404, "session_not_found")


def test_logging_out_ends_the_session_and_removes_the_cookie(
    client: Client, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    cookie = {"Cookie": f"fs_refresh={account.refresh}"}
    # When
    answer = client.post("/auth/logout", headers=cookie)
    # Then
    assert (answer.status, answer.body) == (204, "")
    assert answer.cookies == [
        "fs_refresh=; Path=/api/v1/auth; Max-Age=0; HttpOnly; SameSite=Strict"
    ]
    assert client.post("/auth/refresh", headers=cookie).status == 401
    assert client.post("/auth/logout", headers=cookie).status == 204


@pytest.mark.parametrize("cookie", [None, "fs_refresh=stale"])
def test_logging_out_without_a_good_refresh_token_ends_the_callers_session(
    client: Client, accounts: Accounts, cookie: str | None
) -> None:
    # Given
    account = accounts.create()
    # When
    headers = {"Cookie": cookie} if cookie else {}
    client.post("/auth/logout", token=account.access, headers=headers)
    # Then
    assert client.post("/auth/refresh", {"refreshToken": account.refresh}).status == 401


def test_logout_all_ends_every_session_and_every_tokens_writes(
    client: Client, accounts: Accounts
) -> None:
    # Given two sessions
    account = accounts.create()
    body = {"email": account.email, "password": PASSWORD, "tokenTransport": "body"}
    other = client.post("/auth/login", body).json
    # When
    answer = client.post("/auth/logout-all", token=account.access)
    # Then
    assert answer.status == 204
    assert "Max-Age=0" in answer.cookies[0]
    for refresh in (account.refresh, other["refreshToken"]):
        assert client.post("/auth/refresh", {"refreshToken": refresh}).status == 401
    for access in (account.access, other["accessToken"]):
        refused = client.patch("/users/me", {"bio": "late"}, token=access)
        assert (refused.status, refused.code) == (401, "session_ended")
        assert client.get("/users/me", token=access).code == "session_ended"
    # And signing in again works
    fresh = client.post("/auth/login", body).json["accessToken"]
    assert client.patch("/users/me", {"bio": "back"}, token=fresh).status == 200


def test_a_ban_counts_at_once(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    assert client.patch("/users/me", {"bio": "one"}, token=account.access).status == 200
    # When
    User.at(keys.profile(account.id)).update([User.isBanned.set(True)])
    # Then
    refused = client.patch("/users/me", {"bio": "two"}, token=account.access)
    assert (refused.status, refused.code) == (403, "banned")
    assert client.get("/users/me", token=account.access).json["isBanned"] is True


def test_on_tls_the_cookie_is_bound_to_it_and_to_the_stages_path(
    client: Client, stack: Container, accounts: Accounts
) -> None:
    # Given
    form = accounts.register()
    stack.settings = Settings(**stack.settings.model_dump() | {"api_url": "https://a.example/dev"})
    # When
    answer = client.post("/auth/login", {"email": form.email, "password": PASSWORD})
    # Then
    (cookie,) = answer.cookies
    assert cookie.startswith("__Secure-fs_refresh=")
    assert cookie.split("; ")[1:] == [
        "Path=/dev/api/v1/auth", "Max-Age=604800", "HttpOnly", "SameSite=Strict", "Secure",
    ]  # fmt: skip
    assert client.post("/auth/refresh", headers={"Cookie": answer.cookie}).status == 200


def test_nothing_secret_is_logged_in_a_whole_story(
    client: Client, accounts: Accounts, log: io.StringIO
) -> None:
    # Given
    form = accounts.form()
    secrets = [form.email, form.email.partition("@")[0], PASSWORD, "Wrong-Password-1"]
    register = {"email": form.email, "password": PASSWORD, "username": form.username}
    # When
    client.post("/auth/register", register)
    client.post("/auth/register", register)
    (mailed,) = accounts.mailed_tokens(form.email)
    client.post("/auth/verify-email", {"token": mailed})
    client.post("/auth/verify-email", {"token": mailed})
    client.post("/auth/login", {"email": form.email, "password": "Wrong-Password-1"})
    grant = client.post("/auth/login", {"email": form.email, "password": PASSWORD})
    access = grant.json["accessToken"]
    refreshed = client.post("/auth/refresh", headers={"Cookie": grant.cookie}, token=access)
    client.post("/auth/refresh", headers={"Cookie": grant.cookie})
    client.get("/users/me", token=access + "x")
    client.get(f"/users/{form.email}")
    client.call("POST", "/auth/login", [form.email, PASSWORD])
    client.get("/users/me", token=access, query=[("token", mailed)])
    # Then
    secrets += [mailed, access, refreshed.json["accessToken"]]
    secrets += [answer.cookie.partition("=")[2] for answer in (grant, refreshed)]
    text = log.getvalue()
    assert text.count('"message":"request"') == 12
    assert [secret for secret in secrets if secret in text] == []
    assert "@" not in text
