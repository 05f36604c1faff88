"""Whatever arrives, through whichever door, an HTTP answer with our headers leaves."""

import base64
import json
from dataclasses import replace

import pytest

from app import app
from firstspawn.wiring import Container
from tests.support.client import ORIGIN, Client
from tests.support.factories import PASSWORD, Accounts
from tests.support.http_events import Call, rest_event, url_event

JSON = {"Content-Type": "application/json"}


@pytest.fixture(params=[rest_event, url_event], ids=["rest", "function-url"])
def client(stack: Container, request: pytest.FixtureRequest) -> Client:
    return Client(app, request.param)


def test_an_unknown_path_is_a_problem(client: Client) -> None:
    # When
    answer = client.get("/nowhere")
    # Then
    assert (answer.status, answer.code) == (404, "route_not_found")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["requestId"] == answer.headers["x-request-id"] == "req-0123"
    assert {"type", "title", "status", "detail"} <= answer.json.keys()


def test_a_wrong_method_is_told_which_are_right(client: Client) -> None:
    # When
    answer = client.post("/users/me", {})
    # Then
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH"


@pytest.mark.parametrize("path", ["/users/nobody", "/nowhere", "/users/me"])
def test_every_answer_carries_the_security_headers(client: Client, path: str) -> None:
    # When
    headers = client.get(path).headers
    # Then
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["strict-transport-security"].startswith("max-age=")
    assert headers["referrer-policy"] == "no-referrer"


def test_a_long_body_is_refused(client: Client, stack: Container) -> None:
    # Given
    body = json.dumps({"email": "x" * stack.settings.body_limit})
    # When
    answer = client.send(Call("POST", "/api/v1/auth/login", JSON, body=body))
    # Then
    assert (answer.status, answer.code) == (413, "payload_too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "json", ""])
def test_a_body_of_another_type_is_refused(client: Client, kind: str) -> None:
    # When
    answer = client.send(Call("POST", "/api/v1/auth/login", {"Content-Type": kind}, body="{}"))
    # Then
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", [None, "application/json; charset=utf-8", "application/x+json"])
def test_json_is_read_whatever_its_type_is_called(client: Client, kind: str | None) -> None:
    # When
    headers = {"Content-Type": kind} if kind else {}
    answer = client.send(Call("POST", "/api/v1/auth/login", headers, body="{}"))
    # Then
    assert answer.status == 422


@pytest.mark.parametrize(
    "body",
    ["{", "nope", '{"email": "\\ud800"}', '{"email": "a\u0000b"}', "[" * 20_000, '{"a":' * 9_000,
     "\ufeff{}", '{"email": 1e}', "{} {}", "'{}'"],
)  # fmt: skip
def test_what_is_no_json_is_malformed(client: Client, body: str) -> None:
    # When
    answer = client.send(Call("POST", "/api/v1/auth/login", JSON, body=body))
    # Then
    assert (answer.status, answer.code) == (400, "malformed_json")


@pytest.mark.parametrize(
    "body", ["null", "[]", "1", '"text"', '{"email": NaN}', '{"email": 1e999}']
)
def test_json_of_another_shape_is_invalid(client: Client, body: str) -> None:
    # When
    answer = client.send(Call("POST", "/api/v1/auth/login", JSON, body=body))
    # Then
    assert (answer.status, answer.code) == (422, "validation_failed")


def test_a_base64_body_is_decoded(client: Client) -> None:
    # Given
    body = base64.b64encode('{"email": "ü"}'.encode()).decode()
    call = Call("POST", "/api/v1/auth/login", JSON, body=body, is_base64=True)
    # When / Then
    assert client.send(call).status == 422
    broken = client.send(replace(call, body="%%%", headers={**JSON, "Origin": ORIGIN}))
    assert (broken.status, broken.code) == (400, "malformed_body")
    assert broken.headers["x-request-id"] == "req-0123"
    assert broken.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize("raw", [b"\xff\xfe", b'{"email": "\xc3"}'])
def test_a_body_that_is_no_utf_8_is_malformed(client: Client, raw: bytes) -> None:
    # When
    body = base64.b64encode(raw).decode()
    answer = client.send(Call("POST", "/api/v1/auth/login", JSON, body=body, is_base64=True))
    # Then
    assert (answer.status, answer.code) == (400, "malformed_json")


def test_field_errors_name_the_field_and_never_show_the_value(client: Client) -> None:
    # Given
    body = {"email": "sneaky@@value", "password": "sneaky", "username": "sneaky value", "x": 1}
    # When
    answer = client.post("/auth/register", body)
    # Then
    assert answer.status == 422
    fields = {error["field"] for error in answer.json["errors"]}
    assert fields == {"email", "password", "username", "x"}
    assert all(error["message"] for error in answer.json["errors"])
    assert "sneaky" not in answer.body


def test_head_is_get_without_its_body(client: Client, accounts: Accounts) -> None:
    # Given
    path = f"/users/{accounts.create().id}"
    # When
    got, headed = client.get(path), client.call("HEAD", path)
    # Then
    assert (headed.status, headed.body) == (200, "")
    assert headed.headers == got.headers
    assert client.call("HEAD", "/users/nobody").body == ""


def test_a_preflight_is_answered_for_listed_origins_alone(client: Client) -> None:
    # When
    listed = client.call("OPTIONS", "/users/me", headers={"Origin": ORIGIN})
    foreign = client.call("OPTIONS", "/users/me", headers={"Origin": "https://evil.example"})
    # Then
    assert (listed.status, listed.body) == (204, "")
    assert listed.headers["access-control-allow-origin"] == ORIGIN
    assert listed.headers["access-control-allow-credentials"] == "true"
    assert "PATCH" in listed.headers["access-control-allow-methods"]
    assert "Authorization" in listed.headers["access-control-allow-headers"]
    assert "access-control-allow-origin" not in foreign.headers
    assert client.call("OPTIONS", "/nowhere").status == 404


@pytest.mark.parametrize(
    "origin", ["null", "*", "http://localhost:3000.evil.example", "http://localhost:30000", ""]
)
def test_an_origin_that_only_looks_listed_is_foreign(client: Client, origin: str) -> None:
    # When
    headers = client.get("/users/nobody", headers={"Origin": origin}).headers
    # Then
    assert not any(name.startswith("access-control-") for name in headers)
    assert "Origin" in headers["vary"]


def test_errors_too_can_be_read_by_the_frontend(client: Client) -> None:
    # When
    headers = client.get("/users/me", headers={"Origin": ORIGIN}).headers
    # Then
    assert headers["access-control-allow-origin"] == ORIGIN
    assert "X-Request-Id" in headers["access-control-expose-headers"]


def test_an_etag_spares_the_body_until_the_profile_changes(
    client: Client, accounts: Accounts
) -> None:
    # Given
    me = accounts.create()
    first = client.get("/users/me", token=me.access)
    tag = first.headers["etag"]
    # When / Then
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get("/users/me", token=me.access, headers={"If-None-Match": known})
        assert (again.status, again.body) == (304, "")
        assert again.headers["etag"] == tag
        assert "content-type" not in again.headers
    client.patch("/users/me", {"bio": "I dig"}, token=me.access)
    changed = client.get("/users/me", token=me.access, headers={"If-None-Match": tag})
    assert changed.status == 200
    assert changed.headers["etag"] != tag


def test_if_none_match_never_hides_the_answer_of_a_write(
    client: Client, accounts: Accounts
) -> None:
    # Given
    form = accounts.register()
    body = {"email": form.email, "password": PASSWORD}
    # When
    answer = client.post("/auth/login", body, headers={"If-None-Match": "*"})
    # Then
    assert answer.status == 200
    assert answer.json["accessToken"]


def test_if_match_lets_only_the_current_version_be_edited(
    client: Client, accounts: Accounts
) -> None:
    # Given
    me = accounts.create()
    tag = client.get("/users/me", token=me.access).headers["etag"]

    def edit(match: str, bio: str) -> int:
        headers = {"If-Match": match}
        return client.patch("/users/me", {"bio": bio}, token=me.access, headers=headers).status

    # When / Then
    assert edit(tag, "one") == 200
    assert edit(tag, "two") == 412
    assert edit("*", "three") == 200
    for nonsense in ('"x"', "", '"²-a"', '"-1-a"', f'"{"9" * 400}-a"', "W/"):
        assert edit(nonsense, "four") == 412
    assert client.get("/users/me", token=me.access).json["bio"] == "three"


@pytest.mark.parametrize("path", ["/users/%ff", "/users/%c3%28", "/users/%ed%a0%80"])
def test_a_path_that_is_no_utf_8_is_malformed(client: Client, path: str) -> None:
    # When
    answer = client.get(path)
    # Then
    assert (answer.status, answer.code) == (400, "malformed_path")


@pytest.mark.parametrize(
    "name",
    ["a" * 3000, "%EF%B7%BA" * 300, "%00", "%20", "%F0%9F%92%A9", "..", "%2E%2E%2F", "a%2Fb"],
)
def test_a_name_nobody_can_have_is_nobody(client: Client, name: str) -> None:
    # When
    answer = client.get(f"/users/{name}")
    # Then
    assert (answer.status, answer.code) == (404, "user_not_found")


def test_several_cookie_headers_are_read_as_one(stack: Container, accounts: Accounts) -> None:
    # Given: HTTP/2 clients split their cookies
    account = accounts.create()
    # When
    answer = Client(app).post(
        "/auth/refresh", headers={"Cookie": ["theme=dark", f"fs_refresh={account.refresh}", "x=y"]}
    )
    # Then
    assert answer.status == 200
