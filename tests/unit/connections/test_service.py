"""What is said over a websocket, and what a ticket is made of."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from firstspawn.clients.connections import ConnectionGone
from firstspawn.connections.errors import InvalidTicket
from firstspawn.connections.service import ConnectionService
from firstspawn.kit.encoding import from_base64url
from firstspawn.users.schemas import Caller
from tests.support.clock import FrozenClock, RepeatableBytes

CALLER = Caller("u1", "s1", 1)
ENDPOINT = "https://sockets/dev"


class FakeRepository:
    """Tickets and connections, in memory."""

    def __init__(self) -> None:
        self.tickets: dict[str, tuple[str, timedelta]] = {}
        self.owners: dict[str, str] = {}

    def store_ticket(self, ticket: str, user_id: str, now: datetime, life: timedelta) -> None:
        self.tickets[ticket] = (user_id, life)

    def open(self, ticket: str, connection_id: str, now: datetime) -> str:
        if ticket not in self.tickets:
            raise InvalidTicket
        self.owners[connection_id] = self.tickets.pop(ticket)[0]
        return self.owners[connection_id]

    def owner(self, connection_id: str, now: datetime) -> str | None:
        return self.owners.get(connection_id)

    def close(self, connection_id: str) -> None:
        self.owners.pop(connection_id, None)


class FakeSockets:
    """Keeps what is posted, or is gone."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, str, str]] = []
        self.gone = False

    def post(self, connection_id: str, text: str, endpoint: str) -> None:
        if self.gone:
            raise ConnectionGone
        self.posted.append((connection_id, text, endpoint))


@pytest.fixture
def repository() -> FakeRepository:
    return FakeRepository()


@pytest.fixture
def sockets() -> FakeSockets:
    return FakeSockets()


@pytest.fixture
def service(
    repository: Any, sockets: Any, clock: FrozenClock, random_bytes: RepeatableBytes
) -> ConnectionService:
    return ConnectionService(repository, sockets, "wss://door/ws", clock=clock, random=random_bytes)


def test_a_ticket_is_256_bits_for_a_minute(
    service: ConnectionService, repository: FakeRepository
) -> None:
    grant = service.issue_ticket(CALLER)

    assert len(from_base64url(grant.ticket)) == 32
    assert repository.tickets == {grant.ticket: ("u1", timedelta(seconds=60))}
    assert (grant.expiresIn, grant.url) == (60, "wss://door/ws")


def test_two_tickets_differ(service: ConnectionService) -> None:
    assert service.issue_ticket(CALLER).ticket != service.issue_ticket(CALLER).ticket


@pytest.mark.parametrize("ticket", [None, ""])
def test_no_ticket_opens_nothing(service: ConnectionService, ticket: str | None) -> None:
    with pytest.raises(InvalidTicket):
        service.open("c1", ticket)


def test_hello_is_answered_with_ones_own_id(
    service: ConnectionService, sockets: FakeSockets
) -> None:
    service.open("c1", service.issue_ticket(CALLER).ticket)

    service.receive("c1", '{"action":"hello"}', ENDPOINT)

    assert sockets.posted == [("c1", '{"event":"authenticated","data":{"userId":"u1"}}', ENDPOINT)]


def test_a_connection_that_is_gone_is_forgotten(
    service: ConnectionService, repository: FakeRepository, sockets: FakeSockets
) -> None:
    service.open("c1", service.issue_ticket(CALLER).ticket)
    sockets.gone = True

    service.receive("c1", '{"action":"ping"}', ENDPOINT)

    assert repository.owners == {}
