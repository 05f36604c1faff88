"""A websocket from its ticket to its end, through the functions, on a mocked AWS."""

import json
from typing import Any

import pytest

from firstspawn.clients.connections import ConnectionGone
from firstspawn.wiring import Container
from functions.websocket.handler import handler
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.events import websocket_event
from tests.support.factories import Account, Accounts


class FakeSockets:
    """Keeps what is posted; a socket in `gone` has disconnected."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, Any, str]] = []
        self.gone: set[str] = set()

    def post(self, connection_id: str, text: str, endpoint: str) -> None:
        if connection_id in self.gone:
            raise ConnectionGone
        self.posted.append((connection_id, json.loads(text), endpoint))

    @property
    def last(self) -> Any:
        return self.posted[-1][1]


@pytest.fixture
def sockets(stack: Container) -> FakeSockets:
    fake = FakeSockets()
    stack.connections._connections = fake  # type: ignore[assignment]
    return fake


@pytest.fixture
def player(accounts: Accounts) -> Account:
    return accounts.create()


@pytest.fixture
def ticket(client: Client, player: Account) -> str:
    return str(client.post("/ws/ticket", token=player.access).json["ticket"])


def status(event: dict[str, Any]) -> int:
    return int(handler(event, None)["statusCode"])


def say(text: str, connection: str = "conn=") -> int:
    return status(websocket_event("$default", body=text, connection=connection))


def test_a_ticket_comes_with_the_place_to_use_it(client: Client, player: Account) -> None:
    answer = client.post("/ws/ticket", token=player.access)

    assert answer.status == 201
    assert answer.json["expiresIn"] == 60
    assert answer.json["url"] == "ws://localhost:8000/ws"


def test_a_guest_gets_no_ticket(client: Client) -> None:
    assert client.post("/ws/ticket").status == 401


def test_who_connects_with_a_ticket_is_known_by_it(
    sockets: FakeSockets, player: Account, ticket: str
) -> None:
    assert status(websocket_event("$connect", ticket=ticket)) == 200

    assert say('{"action": "hello"}') == 200

    assert sockets.last == {"event": "authenticated", "data": {"userId": player.id}}


@pytest.mark.parametrize("ticket", [None, "", "made up"])
def test_without_a_good_ticket_nobody_connects(stack: Container, ticket: str | None) -> None:
    assert status(websocket_event("$connect", ticket=ticket)) == 401


def test_a_ticket_works_once(ticket: str) -> None:
    assert status(websocket_event("$connect", ticket=ticket, connection="one=")) == 200

    assert status(websocket_event("$connect", ticket=ticket, connection="two=")) == 401


def test_a_ticket_works_for_a_minute(ticket: str, clock: FrozenClock) -> None:
    clock.advance(seconds=60)

    assert status(websocket_event("$connect", ticket=ticket)) == 401


def test_a_ping_is_answered_without_the_table(sockets: FakeSockets) -> None:
    assert say('{"action": "ping"}') == 200

    assert sockets.last == {"event": "pong"}


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "malformed_message"), ("{", "malformed_message"), ("[]", "malformed_message"),
     ('"ping"', "malformed_message"), ('{"action": 1}', "malformed_message"),
     ('{"action": "ping", "x": 1}', "malformed_message"), ('{"action": "dance"}', "unknown_action"),
     ('{"action": "__class__"}', "unknown_action")],
)  # fmt: skip
def test_whatever_else_is_said_gets_an_error_event(
    sockets: FakeSockets, text: str, code: str
) -> None:
    assert say(text) == 200

    assert sockets.last["event"] == "error"
    assert sockets.last["data"]["code"] == code


def test_who_disconnected_is_forgotten(sockets: FakeSockets, ticket: str) -> None:
    status(websocket_event("$connect", ticket=ticket))

    assert status(websocket_event("$disconnect")) == 200
    assert status(websocket_event("$disconnect")) == 200

    say('{"action": "hello"}')
    assert sockets.last["data"]["code"] == "connection_expired"


def test_who_went_without_a_word_is_forgotten_at_the_next_answer(
    sockets: FakeSockets, ticket: str
) -> None:
    status(websocket_event("$connect", ticket=ticket))
    sockets.gone.add("conn=")
    assert say('{"action": "ping"}') == 200

    sockets.gone.clear()
    say('{"action": "hello"}')

    assert sockets.last["data"]["code"] == "connection_expired"


def test_answers_go_to_the_configured_endpoint_or_to_the_events_own(
    sockets: FakeSockets, stack: Container
) -> None:
    say('{"action": "ping"}')
    stack.settings = stack.settings.model_copy(update={"websocket_endpoint": "http://door/dev"})
    say('{"action": "ping"}')

    assert [endpoint for _, _, endpoint in sockets.posted] == [
        "https://f15a0002.execute-api.us-east-1.amazonaws.com/dev",
        "http://door/dev",
    ]


def test_a_failure_behind_is_a_500_and_no_exception(
    sockets: FakeSockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(sockets, "post", fail)

    assert say('{"action": "ping"}') == 500
