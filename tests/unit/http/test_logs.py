"""No line of the log holds a mail address, a password, a token or a cookie; and no line is slow."""

import json
import time

import pytest

from functions.logs import scrub, scrubbed

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "line",
    [
        "bob@secret.example",
        "<bob@secret.example>, x",
        "o'bob@secret.example",
        "EMAIL#bob@secret.example",
        "bob%40secret.example",
        "bob@münchen-secret.example",
        "b+o.b@secret.co.uk",
        "{'password': 'secret'}",
        "{'password': \"it's secret\"}",
        '{"password":"s\\"secret"}',
        "{'passwordHash': '$argon2id$secret'}",
        "password=secret&x=1",
        "Authorization: Bearer secret",
        "{'authorization': 'Bearer secret'}",
        "authorization: Basic c2VjcmV0-secret",
        "sent Bearer secret to",
        "Cookie: a=b; fs_refresh=secret; c=d",
        "{'cookie': 'a=b; __Secure-fs_refresh=secret'}",
        "Set-Cookie: fs_refresh=secret; HttpOnly",
        "refreshToken = 'secret'",
        '"refreshToken": "secret',
        "input_value='secret', input_type=str",
        "GET /verify?token=secret",
    ],
)
def test_secrets_are_blanked_out_of_any_text(line: str) -> None:
    # When
    shown = scrub(line)
    # Then
    assert "secret" not in shown
    assert "bob" not in shown.lower()
    assert "***" in shown


@pytest.mark.parametrize("before", ["", " ", "'", '"', "=", "("])
def test_a_json_web_token_is_blanked_out_wherever_it_stands(before: str) -> None:
    assert JWT.rpartition(".")[2] not in scrub(f"{before}{JWT} after")


@pytest.mark.parametrize("line", ["the tokens were counted", "a @ b", "route /users/{user}", "1@"])
def test_other_text_stays_as_it_is(line: str) -> None:
    assert scrub(line) == line


def test_values_under_secret_names_are_hidden_whatever_they_are() -> None:
    # Given
    log = {"password": 5, "nested": [{"Authorization": ["x"], "kept": 1.5}], "mail": "a@b.example"}
    # When
    shown = scrubbed(log)
    # Then
    assert shown == {
        "password": "***",
        "nested": [{"Authorization": "***", "kept": 1.5}],
        "mail": "***",
    }


def test_quotes_and_escapes_in_a_message_leave_the_line_valid_json() -> None:
    # Given
    message = 'said "bob@secret.example" \\ \n {"token":"x\\""}'
    # When
    line = json.dumps(scrubbed({"message": message}))
    # Then
    assert "secret" not in json.loads(line)["message"]


@pytest.mark.parametrize(
    "piece",
    ["a", "a@", "a'", "eyJ", "eyJ.", "token='", 'token="', 'token="\\', "a%40", "%", "bearer ",
     "cookie=\n", "authorization:   ", "a.b-c_d%", " ", "\\", "@", "a@b."],
)  # fmt: skip
def test_a_long_hostile_line_costs_little(piece: str) -> None:
    # Given as much as a body may hold
    line = (piece * 65536)[:65536]
    # When
    started = time.process_time()
    scrub(line)
    # Then: quadratic patterns took 20 s of CPU for some of these
    assert time.process_time() - started < 1
