"""Rules of websockets. Topics and their fan-out come on top of this; today one can say hello."""

from collections.abc import Callable
from datetime import timedelta

from pydantic import ValidationError

from firstspawn.clients.connections import ConnectionGone, Connections
from firstspawn.connections.errors import InvalidTicket
from firstspawn.connections.repository import ConnectionRepository
from firstspawn.connections.schemas import ClientMessage, ServerMessage, TicketGrant
from firstspawn.kit.clock import Clock
from firstspawn.kit.encoding import to_base64url
from firstspawn.kit.ids import RandomBytes
from firstspawn.users.schemas import Caller

_TICKET_LIFE = timedelta(seconds=60)
_TICKET_BYTES = 32


class ConnectionService:
    """Opens, answers and closes websockets. `url` is where clients connect."""

    def __init__(
        self,
        repository: ConnectionRepository,
        connections: Connections,
        url: str,
        *,
        clock: Clock,
        random: RandomBytes,
    ) -> None:
        self._repository, self._connections, self._url = repository, connections, url
        self._clock, self._random = clock, random
        self._actions: dict[str, Callable[[str], ServerMessage]] = {
            "ping": lambda _: ServerMessage(event="pong"),
            "hello": self._hello,
        }

    def issue_ticket(self, caller: Caller) -> TicketGrant:
        """Let a user open one websocket within 60 s: one write.

        A browser cannot send a header with a websocket, and an access token has no place in a URL.
        """
        ticket = to_base64url(self._random(_TICKET_BYTES))
        self._repository.store_ticket(ticket, caller.userId, self._clock(), _TICKET_LIFE)
        seconds = int(_TICKET_LIFE.total_seconds())
        return TicketGrant(ticket=ticket, expiresIn=seconds, url=self._url)

    def open(self, connection_id: str, ticket: str | None) -> None:
        """Use the ticket up for this connection. Raises InvalidTicket."""
        if not ticket:
            raise InvalidTicket
        self._repository.open(ticket, connection_id, self._clock())

    def receive(self, connection_id: str, text: str, endpoint: str) -> None:
        """Answer a client's message; whatever it sends, there is an answer."""
        self._send(connection_id, self._answer(connection_id, text), endpoint)

    def close(self, connection_id: str) -> None:
        """Forget a connection."""
        self._repository.close(connection_id)

    def _answer(self, connection_id: str, text: str) -> ServerMessage:
        try:
            message = ClientMessage.model_validate_json(text)
        except ValidationError:
            return _error("malformed_message", 'send JSON like {"action": "ping"}')
        action = self._actions.get(message.action)
        return action(connection_id) if action else _error("unknown_action", "no such action")

    def _hello(self, connection_id: str) -> ServerMessage:
        user_id = self._repository.owner(connection_id, self._clock())
        if user_id is None:
            return _error("connection_expired", "connect again with a new ticket")
        return ServerMessage(event="authenticated", data={"userId": user_id})

    def _send(self, connection_id: str, message: ServerMessage, endpoint: str) -> None:
        text = message.model_dump_json(exclude_defaults=True)
        try:
            self._connections.post(connection_id, text, endpoint)
        except ConnectionGone:
            self._repository.close(connection_id)


def _error(code: str, message: str) -> ServerMessage:
    return ServerMessage(event="error", data={"code": code, "message": message})
