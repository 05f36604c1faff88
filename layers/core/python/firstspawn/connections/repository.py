"""All reads and writes of websocket tickets and connections."""

from datetime import datetime, timedelta

from firstspawn.connections.errors import InvalidTicket
from firstspawn.connections.models import Connection, Ticket
from firstspawn.db import keys, writes
from firstspawn.kit.clock import epoch, rfc3339
from firstspawn.kit.signing import sha256_hex

# API Gateway closes a websocket after two hours, and tells of it at best.
_CONNECTION_LIFE = timedelta(hours=2, minutes=10)


class ConnectionRepository:
    """Tickets and connections."""

    def store_ticket(self, ticket: str, user_id: str, now: datetime, life: timedelta) -> None:
        """One write."""
        key = keys.ticket(sha256_hex(ticket))
        writes.put(Ticket.at(key, userId=user_id, createdAt=now, expiresAt=epoch(now + life)))

    def open(self, ticket: str, connection_id: str, now: datetime) -> str:
        """Trade a ticket for a connection; return whose it is: one read, one transaction.

        Raises InvalidTicket; of racing connections with one ticket all but one get it.
        """
        found = Ticket.find(keys.ticket(sha256_hex(ticket)), now, consistent=True)
        if found is None:
            raise InvalidTicket
        transaction = writes.Transaction()
        transaction.delete(found, Ticket.present(now), InvalidTicket())
        transaction.put(
            Connection.at(
                keys.connection(connection_id),
                id=connection_id, userId=found.userId,
                GSI1PK=keys.user_connections(found.userId), GSI1SK=rfc3339(now),
                createdAt=now, expiresAt=epoch(now + _CONNECTION_LIFE),
            )
        )  # fmt: skip
        transaction.commit()
        return found.userId

    def owner(self, connection_id: str, now: datetime) -> str | None:
        """Whose connection it is, if it is open: one read."""
        found = Connection.find(keys.connection(connection_id), now, consistent=True)
        return found.userId if found else None

    def close(self, connection_id: str) -> None:
        """Forget a connection, known or not: one write."""
        writes.delete(Connection.at(keys.connection(connection_id)))
