"""API tokens over HTTP: made once, limited to their scopes, gone when they should be."""

import io
import json

import pytest

from firstspawn.apitokens.schemas import MOST_TOKENS
from firstspawn.auth.schemas import ChangePassword
from firstspawn.db import keys
from firstspawn.kit.signing import sha256_hex
from firstspawn.users.models import User
from firstspawn.wiring import Container
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.factories import PASSWORD, Account, Accounts
from tests.support.tokens import a_token


def issue(client: Client, account: Account, **form: object) -> Answer:
    body = {"name": "Backup", "scopes": ["users:read"], **form}
    return client.post("/auth/tokens", body, token=account.access)


def names(client: Client, account: Account) -> list[str]:
    answer = client.get("/auth/tokens", token=account.access)
    assert answer.status == 200
    return [item["name"] for item in answer.json["items"]]


def test_a_token_is_shown_once_and_stored_as_a_hash(client: Client, accounts: Accounts) -> None:
    # Given
    account = accounts.create()
    # When
    issued = issue(client, account)
    # Then
    assert issued.status == 201
    secret = issued.json["token"]
    assert secret.startswith("fsp_")
    assert len(secret) == 47
    assert issued.json["expiresAt"] == "2027-02-20T12:00:00Z"
    listed = client.get("/auth/tokens", token=account.access)
    assert secret not in listed.body
    (view,) = listed.json["items"]
    assert view == {name: issued.json[name] for name in issued.json if name != "token"}
    connection = User._get_connection()
    key = keys.api_token(sha256_hex(secret))
    stored = connection.get_item(key.pk, key.sk)["Item"]
    assert secret not in str(stored)


def test_a_token_does_what_its_scope_names_and_nothing_else(
    client: Client, accounts: Accounts, log: io.StringIO
) -> None:
    # Given
    account = accounts.create()
    issued = issue(client, account).json
    secret = issued["token"]
    # When
    read = client.get("/users/me", token=secret)
    written = client.patch("/users/me", {"bio": "x"}, token=secret)
    security = client.post("/auth/logout-all", token=secret)
    # Then
    assert read.json["id"] == account.id
    assert (written.status, written.code) == (403, "insufficient_scope")
    assert written.json["scope"] == "users:write"
    assert written.headers["www-authenticate"] == (
        'Bearer realm="firstspawn", error="insufficient_scope", scope="users:write"'
    )
    assert (security.status, security.code) == (403, "token_not_allowed")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line.get("tokenId") for line in lines if line["message"] == "request"][1:] == [
        issued["id"], issued["id"], None
    ]  # fmt: skip
    assert secret not in log.getvalue()


@pytest.mark.parametrize(
    "form",
    [
        {"scopes": []},
        {"scopes": ["users:everything"]},
        {"scopes": "users:read"},
        {"name": ""},
        {"name": "\u200b \t"},
        {"name": "x" * 61},
        {"expiresInDays": 0},
        {"expiresInDays": 366},
        {"expiresInDays": 1.5},
        {"owner": "me"},
    ],
)
def test_a_bad_form_is_refused(client: Client, accounts: Accounts, form: dict[str, object]) -> None:
    answer = issue(client, accounts.create(), **form)
    assert (answer.status, answer.code) == (422, "validation_failed")


@pytest.mark.parametrize(
    "secret", ["fsp_", "fsp_" + "x" * 43, "fsp_" + "x" * 5000, "fsp_%00", "fsp_" + "x" * 42 + "é"]
)
def test_what_is_no_token_is_refused_by_reads_as_well(client: Client, secret: str) -> None:
    for path in ("/users/me", "/tags"):
        answer = client.get(path, token=secret)
        assert (answer.status, answer.code) == (401, "invalid_token")


def test_a_revoked_token_ends_at_once_and_others_stay(client: Client, accounts: Accounts) -> None:
    # Given
    account, stranger = accounts.create(), accounts.create()
    first, second = issue(client, account).json, issue(client, account, name="Other").json
    path = f"/auth/tokens/{first['id']}"
    # When somebody else tries, then the owner, then the owner again
    answers = [client.delete(path, token=one.access) for one in (stranger, account, account)]
    # Then
    assert [answer.status for answer in answers] == [404, 204, 404]
    assert answers[2].code == "api_token_not_found"
    assert client.get("/users/me", token=first["token"]).code == "invalid_token"
    assert client.get("/users/me", token=second["token"]).status == 200
    assert names(client, account) == ["Other"]


@pytest.mark.parametrize("id_", ["x", "..", "%00", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "x" * 3000])
def test_revoking_what_is_not_there_is_not_found(
    client: Client, accounts: Accounts, id_: str
) -> None:
    assert client.delete(f"/auth/tokens/{id_}", token=accounts.create().access).status == 404


def test_a_token_expires_and_leaves_its_place(
    client: Client, stack: Container, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given all places taken
    account = accounts.create()
    short = a_token(stack, account, days=1)
    for _ in range(MOST_TOKENS - 1):
        a_token(stack, account, days=365)
    refused = issue(client, account)
    assert (refused.status, refused.code) == (409, "api_token_limit_reached")
    # When
    clock.advance(days=1)
    again = accounts.again(account)
    # Then
    assert client.get("/users/me", token=short.token).code == "invalid_token"
    assert issue(client, again).status == 201
    assert issue(client, again).code == "api_token_limit_reached"
    assert len(names(client, again)) == MOST_TOKENS


def test_a_changed_password_ends_every_token_and_frees_the_places(
    client: Client, stack: Container, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    tokens = [a_token(stack, account) for _ in range(MOST_TOKENS)]
    # When
    form = ChangePassword(currentPassword=PASSWORD, newPassword="Another-Passw0rd")
    stack.credentials.change(account.caller, form)
    # Then
    for path in ("/users/me", "/tags"):
        assert client.get(path, token=tokens[0].token).code == "session_ended"
    again = accounts.again(account, password="Another-Passw0rd")
    assert names(client, again) == []
    assert issue(client, again).status == 201


def test_a_use_is_noted_once_an_hour(
    client: Client, stack: Container, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    account = accounts.create()
    secret, seen = a_token(stack, account).token, []
    # When
    for minutes in (0, 10, 49, 2):
        clock.advance(minutes=minutes)
        client.get("/users/me", token=secret)
        seen.append(stack.api_tokens.list(account.caller).items[0].lastUsedAt)
    # Then
    start = seen[0]
    assert [(one - start).seconds // 60 for one in seen if one and start] == [0, 0, 0, 61]


def test_the_owners_requests_and_the_tokens_count_against_one_limit(
    client: Client, stack: Container, accounts: Accounts
) -> None:
    # Given
    account = accounts.create()
    secret = a_token(stack, account).token
    # When
    by_token = client.get("/servers/me-and-nobody", token=secret)
    counted = [
        client.patch("/users/me", {}, token=token).headers["ratelimit"]
        for token in (account.access, secret)
    ]
    # Then
    assert by_token.status == 404
    assert counted[0] != counted[1]


def test_the_scopes_are_told_to_everybody(client: Client) -> None:
    # When
    answer = client.get("/auth/scopes")
    # Then
    assert {"scope": "servers:write", "description": "List, edit and remove your servers"} in (
        answer.json["items"]
    )
