"""A bug in a view costs its request and nothing else: no detail leaves, one line stays."""

import io
import json
from typing import Any

import pytest

from firstspawn.wiring import Container
from functions.http.access import Access
from functions.http.api import Api
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes
from tests.support.client import ORIGIN, Client


@pytest.fixture
def broken(stack: Container) -> Client:
    routes = Routes("broken")

    @routes.get("/bug/{what}", access=Access.GUEST)
    def bug(request: Request, what: str) -> Reply:
        raise RuntimeError(f"{what} of bob@secret.example, {{'password': 'secret'}}")

    @routes.get("/recursion", access=Access.GUEST)
    def recursion(request: Request) -> Any:
        return recursion(request)

    app = Api(app_name="broken", configure_logs=False)
    app.register_blueprint(routes.blueprint)
    return Client(app)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_bug_becomes_a_plain_500_and_one_error_line(broken: Client, log: io.StringIO) -> None:
    # When
    answer = broken.get("/bug/cause", headers={"Origin": ORIGIN})
    # Then
    assert (answer.status, answer.code) == (500, "internal_error")
    assert answer.json["requestId"] == "req-0123"
    assert not any(word in answer.body for word in ("cause", "secret", "Traceback", "Runtime"))
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    written = lines(log)
    (error,) = [line for line in written if line["level"] == "ERROR"]
    assert error["requestId"] == "req-0123"
    assert "RuntimeError: cause" in error["exception"]
    assert "secret" not in json.dumps(written)
    (line,) = [line for line in written if line["level"] == "INFO"]
    assert (line["status"], line["route"]) == (500, "/api/v1/bug/{what}")


def test_a_bug_without_end_is_a_500_too(broken: Client) -> None:
    assert broken.get("/recursion").status == 500


def test_a_request_is_logged_once_without_what_it_said(client: Client, log: io.StringIO) -> None:
    # When
    client.get("/users/bob-secret", headers={"User-Agent": "secret"}, query=[("q", "secret")])
    # Then
    (line,) = lines(log)
    assert line["message"] == "request"
    assert line["requestId"] == "req-0123"
    assert (line["method"], line["status"]) == ("GET", 404)
    assert line["route"] == "/api/v1/users/{user}"
    assert line["milliseconds"] >= 0
    assert "secret" not in json.dumps(line)


def test_a_broken_route_is_no_reason_to_lose_the_others(broken: Client) -> None:
    # When
    broken.get("/bug/cause")
    # Then
    assert broken.get("/nowhere").status == 404
