"""Registering, signing in and out, through the application."""

from dataclasses import replace

import pytest

from firstspawn.mail.models import Mail
from firstspawn.users.models import User, UsernameGuard
from tests.support.client import ORIGIN, Answer, Client
from tests.support.clock import FrozenClock
from tests.support.factories import DEVICE, PASSWORD, Accounts


def login(client: Client, email: str, **options: str) -> "dict[str, str]":
    body = {"email": email, "password": PASSWORD, "tokenTransport": "body", **options}
    answer = client.post("/auth/login", body)
    assert answer.status == 200, answer.body
    return dict(answer.json)


def test_a_newcomer_registers_verifies_and_signs_in(client: Client, accounts: Accounts) -> None:
    # Given
    form = accounts.form()
    body = {"email": form.email.upper(), "password": PASSWORD, "username": form.username}
    # When
    registered = client.post("/auth/register", body)
    # Then
    assert (registered.status, registered.json) == (202, {"status": "accepted"})
    # And the account works but may not write yet
    grant = client.post("/auth/login", {"email": form.email, "password": PASSWORD})
    assert grant.status == 200
    assert grant.json["tokenType"] == "Bearer"
    assert grant.json["expiresIn"] == 900
    assert grant.json["refreshToken"] is None
    assert grant.json["user"]["username"] == form.username
    assert grant.json["user"]["emailVerified"] is False
    token = grant.json["accessToken"]
    unverified = client.patch("/users/me", {"bio": "hi"}, token=token)
    assert (unverified.status, unverified.code) == (403, "email_not_verified")
    # When
    (mailed,) = accounts.mailed_tokens(form.email)
    verified = client.post("/auth/verify-email", {"token": mailed})
    # Then
    assert (verified.status, verified.body) == (204, "")
    assert client.patch("/users/me", {"bio": "hi"}, token=token).status == 200
    profile = client.get("/users/me", token=token).json
    assert profile["emailVerified"] is True
    assert profile["email"] == form.email
    again = client.post("/auth/verify-email", {"token": mailed})
    assert (again.status, again.code) == (400, "invalid_or_expired_token")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "Short1"),
        ("password", "no-upper-case-1"),
        ("password", "NO-LOWER-CASE-1"),
        ("password", "No-Digit-At-All"),
        ("password", "Aa1" + "x" * 126),
        ("username", "ab"),
        ("username", "a" * 25),
        ("username", "-abc"),
        ("username", "a b c"),
        ("username", "ünïcode"),
        ("username", "abc\n"),
        ("email", "not-an-address"),
        ("email", "ＡＢ@mail.example.com"),
        ("email", "mi\u212ae@mail.example.com"),
        ("email", "a@b@mail.example.com"),
        ("email", "Bob <bob@mail.example.com>"),
        ("email", "a\r\nBcc: x@mail.example.com"),
        ("email", f"{'a' * 250}@mail.example.com"),
    ],
)
def test_a_registration_that_breaks_a_rule_is_refused_by_field(
    client: Client, accounts: Accounts, field: str, value: str
) -> None:
    # Given
    form = accounts.form()
    body = {"email": form.email, "password": PASSWORD, "username": form.username, field: value}
    # When
    answer = client.post("/auth/register", body)
    # Then
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


@pytest.mark.parametrize("name", ["admin", "Adm1n", "FIRST_SPAWN", "m0derator", "root"])
def test_names_that_pass_for_the_platform_are_reserved(
    client: Client, accounts: Accounts, name: str
) -> None:
    # Given
    body = {"email": accounts.form().email, "password": PASSWORD, "username": name}
    # When
    answer = client.post("/auth/register", body)
    # Then
    assert (answer.status, answer.code) == (422, "username_reserved")


@pytest.mark.parametrize("again", ["Steve-5", "steve5", "STEVE_S", "5teve-s"])
def test_a_name_that_reads_the_same_is_taken(
    client: Client, accounts: Accounts, again: str
) -> None:
    # Given
    if not list(UsernameGuard.scan(UsernameGuard.PK == "USERNAME#steves")):
        accounts.register(username="Steve-5")
    body = {"email": accounts.form().email, "password": PASSWORD, "username": again}
    # When
    answer = client.post("/auth/register", body)
    # Then
    assert (answer.status, answer.code) == (409, "username_taken")


def uncounted(answer: Answer) -> Answer:
    """An answer without the number of requests left, which is one less every time."""
    headers = {name: value for name, value in answer.headers.items() if name != "ratelimit"}
    return replace(answer, headers=headers)


def test_a_known_address_gets_the_same_answers_and_no_second_account(
    client: Client, accounts: Accounts
) -> None:
    # Given
    known = accounts.register()
    names = [accounts.form().username for _ in range(2)]
    emails = [known.email, accounts.form().email]
    # When
    first, second = (
        client.post("/auth/register", {"email": e, "password": PASSWORD, "username": n})
        for e, n in zip(emails, names, strict=True)
    )
    # Then: status, body and headers are alike
    assert uncounted(first) == uncounted(second)
    # And so are the answers when the same name is asked for again
    for name in names:
        body = {"email": accounts.form().email, "password": PASSWORD, "username": name}
        assert client.post("/auth/register", body).code == "username_taken"
    assert len([user for user in User.scan() if user.email == known.email]) == 1


def test_an_unverified_account_frees_its_address_and_its_name_after_a_week(
    client: Client, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    form = accounts.register()
    token = login(client, form.email)["accessToken"]
    (mailed,) = accounts.mailed_tokens(form.email)
    # When the last second of the week has not passed
    clock.advance(days=7, seconds=-1)
    body = form.model_dump()
    assert client.post("/auth/register", {**body, "email": "else@mail.example.com"}).status == 409
    # And when it has
    clock.advance(seconds=1)
    assert client.post("/auth/login", {"email": form.email, "password": PASSWORD}).status == 401
    assert client.get("/users/me", token=token).status == 401
    assert client.post("/auth/verify-email", {"token": mailed}).status == 400
    # Then both can be had again
    assert client.post("/auth/register", body).status == 202
    login(client, form.email)


def test_a_mailed_link_works_for_a_day(
    client: Client, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    form = accounts.register()
    (mailed,) = accounts.mailed_tokens(form.email)
    # When
    clock.advance(days=1)
    # Then
    assert client.post("/auth/verify-email", {"token": mailed}).status == 400
    # And another link can be asked for
    assert client.post("/auth/resend-verification", {"email": form.email}).status == 202
    fresh = accounts.mailed_tokens(form.email)[-1]
    assert client.post("/auth/verify-email", {"token": fresh}).status == 204


def test_a_resent_link_goes_to_nobody_who_needs_none(client: Client, accounts: Accounts) -> None:
    # Given
    verified, unknown = accounts.create(), accounts.form()
    before = accounts.mailed_tokens(verified.email)
    # When
    answers = [
        client.post("/auth/resend-verification", {"email": email})
        for email in (verified.email, unknown.email)
    ]
    # Then
    assert [(a.status, a.body) for a in answers] == [(202, '{"status":"accepted"}')] * 2
    assert accounts.mailed_tokens(verified.email) == before
    assert accounts.mailed_tokens(unknown.email) == []


@pytest.mark.parametrize("token", ["", "x", "a" * 128, "é", "%00"])
def test_an_invented_link_is_no_link(client: Client, token: str) -> None:
    # When
    answer = client.post("/auth/verify-email", {"token": token})
    # Then
    assert (answer.status, answer.code) == (400, "invalid_or_expired_token")


def test_wrong_passwords_and_unknown_addresses_get_one_answer(
    client: Client, accounts: Accounts
) -> None:
    # Given
    known, unknown = accounts.register(), accounts.form()
    # When
    answers = [
        client.post("/auth/login", {"email": form.email, "password": "Wrong-1-Password"})
        for form in (known, unknown)
    ]
    # Then
    assert uncounted(answers[0]) == uncounted(answers[1])
    assert (answers[0].status, answers[0].code) == (401, "invalid_credentials")
    assert answers[0].headers["www-authenticate"].startswith("Bearer")


def test_an_address_is_one_whatever_its_case(client: Client, accounts: Accounts) -> None:
    # Given
    form = accounts.register()
    # When / Then
    assert login(client, form.email.upper())["accessToken"]


def test_the_cookie_is_out_of_scripts_reach(client: Client, accounts: Accounts) -> None:
    # Given
    form = accounts.register()
    # When
    answer = client.post("/auth/login", {"email": form.email, "password": PASSWORD})
    # Then
    (cookie,) = answer.cookies
    name, *attributes = cookie.split("; ")
    assert name.startswith("fs_refresh=")
    assert attributes == ["Path=/api/v1/auth", "Max-Age=604800", "HttpOnly", "SameSite=Strict"]
    assert name.partition("=")[2] not in answer.body


def test_refreshing_by_cookie_answers_by_cookie(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    headers = {"Cookie": f"theme=dark; fs_refresh={account.refresh}", "Origin": ORIGIN}
    # When
    answer = client.post("/auth/refresh", headers=headers)
    # Then
    assert answer.status == 200
    assert answer.json["refreshToken"] is None
    assert client.get("/users/me", token=answer.json["accessToken"]).json["id"] == account.id
    assert client.post("/auth/refresh", headers={"Cookie": answer.cookie}).status == 200


def test_refreshing_by_body_answers_by_body(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    # When
    answer = client.post("/auth/refresh", {"refreshToken": account.refresh})
    # Then
    assert answer.status == 200
    assert answer.cookies == []
    assert client.post("/auth/refresh", {"refreshToken": answer.json["refreshToken"]}).status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000.evil"])
@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
def test_a_foreign_page_cannot_use_the_cookie(
    client: Client, accounts: Accounts, origin: str, path: str
) -> None:
    # Given
    account = accounts.create()
    cookie = {"Cookie": f"fs_refresh={account.refresh}"}
    # When
    answer = client.post(path, headers={**cookie, "Origin": origin})
    # Then
    assert (answer.status, answer.code) == (403, "foreign_origin")
    assert client.post("/auth/refresh", headers=cookie).status == 200


def test_a_refresh_token_used_twice_ends_its_session_and_no_other(
    client: Client, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    other = login(client, account.email)["refreshToken"]
    stolen = account.refresh
    fresh = client.post("/auth/refresh", {"refreshToken": stolen}).json["refreshToken"]
    # When
    reused = client.post("/auth/refresh", {"refreshToken": stolen})
    # Then
    assert (reused.status, reused.code) == (401, "refresh_token_reused")
    ended = client.post("/auth/refresh", {"refreshToken": fresh})
    assert (ended.status, ended.code) == (401, "invalid_refresh_token")
    assert client.post("/auth/refresh", {"refreshToken": other}).status == 200
    (mail,) = [mail for mail in Mail.scan() if mail.to == account.email]
    assert mail.template == "session_stolen"
    assert mail.params == {"userAgent": DEVICE.userAgent, "ipAddress": DEVICE.ipAddress}


def test_a_session_ends_a_week_after_its_last_refresh(
    client: Client, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    account = accounts.create()
    clock.advance(days=7, seconds=-1)
    fresh = client.post("/auth/refresh", {"refreshToken": account.refresh}).json["refreshToken"]
    # When
    clock.advance(days=7)
    # Then
    answer = client.post("/auth/refresh", {"refreshToken": fresh})
    assert (answer.status, answer.code) == (401, "invalid_refresh_token")


@pytest.mark.parametrize("token", [None, "", "x", "é", "a" * 512])
def test_what_is_no_refresh_token_is_refused(client: Client, token: str | None) -> None:
    # When
    answer = client.post("/auth/refresh", {"refreshToken": token})
    # Then
    assert (answer.status, answer.code) == (401, "invalid_refresh_token")


def test_an_expired_access_token_does_not_stand_in_the_way_of_its_refresh(
    client: Client, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    account = accounts.create()
    clock.advance(minutes=15)
    assert client.get("/users/me", token=account.access).code == "token_expired"
    # When
    answer = client.post("/auth/refresh", {"refreshToken": account.refresh}, token=account.access)
    # Then
    assert answer.status == 200
    fresh = {"refreshToken": answer.json["refreshToken"]}
    assert client.post("/auth/logout", fresh, token=account.access).status == 204
    assert client.post("/auth/refresh", fresh).status == 401
