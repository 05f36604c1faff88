"""Tickets and connections, on every DynamoDB."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from firstspawn.connections.errors import InvalidTicket
from firstspawn.connections.models import Connection
from firstspawn.connections.repository import ConnectionRepository
from firstspawn.db import keys
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.races import kinds, need_real_races, race

THREADS = 20
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("engine")
connections = ConnectionRepository()


@pytest.fixture
def ticket() -> str:
    return uuid4().hex


@pytest.fixture
def connection() -> str:
    return uuid4().hex


def test_a_ticket_opens_a_connection_of_its_user(
    ticket: str, connection: str, clock: FrozenClock
) -> None:
    user = uuid4().hex
    connections.store_ticket(ticket, user, clock(), MINUTE)

    assert connections.open(ticket, connection, clock()) == user

    assert connections.owner(connection, clock()) == user
    listed = Connection.index1.query(keys.user_connections(user))
    assert [found.id for found in listed] == [connection]


def test_of_racing_connections_one_gets_the_ticket(
    engine: Engine, ticket: str, clock: FrozenClock
) -> None:
    # Given a ticket
    need_real_races(engine)
    connections.store_ticket(ticket, "user", clock(), MINUTE)
    names = [uuid4().hex for _ in range(THREADS)]

    # When many connect with it at once
    outcomes = race([partial(connections.open, ticket, name, clock()) for name in names])

    # Then one is open, and only that one is stored
    assert kinds(outcomes) == {"str": 1, "InvalidTicket": THREADS - 1}
    stored = [connections.owner(name, clock()) is not None for name in names]
    assert stored == [outcome == "user" for outcome in outcomes]


def test_a_ticket_is_worth_nothing_after_a_minute(
    ticket: str, connection: str, clock: FrozenClock
) -> None:
    connections.store_ticket(ticket, "user", clock(), MINUTE)
    clock.advance(seconds=60)

    with pytest.raises(InvalidTicket):
        connections.open(ticket, connection, clock())


def test_the_table_does_not_hold_the_ticket(ticket: str, clock: FrozenClock) -> None:
    connections.store_ticket(ticket, "user", clock(), MINUTE)

    assert not [item for item in Connection.scan() if ticket in str(item.to_simple_dict())]


def test_a_closed_connection_is_nobodys(ticket: str, connection: str, clock: FrozenClock) -> None:
    connections.store_ticket(ticket, "user", clock(), MINUTE)
    connections.open(ticket, connection, clock())

    connections.close(connection)
    connections.close(connection)

    assert connections.owner(connection, clock()) is None


def test_a_connection_nobody_closed_ends_by_itself(
    ticket: str, connection: str, clock: FrozenClock
) -> None:
    connections.store_ticket(ticket, "user", clock(), MINUTE)
    connections.open(ticket, connection, clock())
    clock.advance(hours=2, minutes=10)

    assert connections.owner(connection, clock()) is None


def test_a_websocket_costs_a_write_then_a_read_and_a_transaction(
    engine: Engine, ticket: str, connection: str, clock: FrozenClock
) -> None:
    with count_calls() as costs:
        connections.store_ticket(ticket, "user", clock(), MINUTE)
        connections.open(ticket, connection, clock())

    assert_cost(
        costs,
        operations=["PutItem", "GetItem", "TransactWriteItems"],
        read_units=1,
        write_units=7,
    )
