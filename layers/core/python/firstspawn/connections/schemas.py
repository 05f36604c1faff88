"""What is said about websockets (REST), and over them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from firstspawn.kit.dto import Dto, Input


class TicketGrant(Dto):
    """A ticket: connect to `url` within `expiresIn` seconds with `?ticket=`; it works once."""

    ticket: str
    expiresIn: int
    url: str


class ClientMessage(Input):
    """What a client sends: `{"action": "ping"}`, `{"action": "hello"}`."""

    action: Annotated[str, Field(max_length=64)]


class ServerMessage(BaseModel):
    """What a client gets: `{"event": name, "data": {...}}`."""

    event: str
    data: dict[str, Any] = {}
