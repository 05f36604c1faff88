"""The Nitrado Query plugin of Hytale servers: one HTTPS request, answered with JSON.

Its certificate is the server's own and proves nothing, so none is asked for: what comes back is as
trustworthy as any ping's answer. HTTP/1.0, so that the answer ends with the connection and comes in
one piece.
"""

import asyncio
import json
import ssl
from functools import lru_cache
from typing import Any, Final

from firstspawn.clients.gameservers.models import Failure, PingError, Status
from firstspawn.clients.gameservers.text import MAX_VERSION, count, plain

MAX_ANSWER: Final = 200_000
_MAX_HEAD: Final = 16_384
_CHUNK: Final = 16_384
_REQUEST: Final = (
    "GET /Nitrado/Query HTTP/1.0\r\nHost: {host}\r\n"
    "Accept: application/x.hytale.nitrado.query+json;version=1\r\n"
    "User-Agent: FirstSpawn\r\n\r\n"
)


async def exchange(address: str, port: int, host: str) -> bytes:
    """Ask at a vetted address; the answer's body. Raises `PingError` and `OSError`.

    The caller holds the deadline.
    """
    reader, writer = await asyncio.open_connection(
        address, port, ssl=_context(), server_hostname=host, limit=_CHUNK
    )
    try:
        writer.write(_REQUEST.format(host=host).encode("ascii"))
        answer = bytearray()
        while chunk := await reader.read(_CHUNK):
            answer += chunk
            if len(answer) > MAX_ANSWER:
                raise PingError(Failure.TOO_LARGE)
    finally:
        writer.transport.abort()
    return body_of(bytes(answer))


def body_of(answer: bytes) -> bytes:
    """The body of an answer with status 200. Raises `PingError`."""
    head, separator, body = answer[: _MAX_HEAD + 4].partition(b"\r\n\r\n")
    status = head.split(b"\r\n", 1)[0].split(b" ")
    if not separator or not status[0].startswith(b"HTTP/1.") or status[1:2] != [b"200"]:
        raise PingError(Failure.PROTOCOL)
    return body + answer[_MAX_HEAD + 4 :]


def parse(body: bytes) -> Status:
    """The status in an answer, whichever of its sections the server shows to strangers.

    Raises `PingError(protocol)` for what is no JSON object.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PingError(Failure.PROTOCOL) from error
    if not isinstance(answer, dict):
        raise PingError(Failure.PROTOCOL)
    server, basic, universe = (_section(answer, name) for name in ("Server", "Basic", "Universe"))
    players = answer.get("Players")
    known = (
        universe.get("CurrentPlayers"),
        basic.get("CurrentPlayers"),
        len(players) if isinstance(players, list | dict) else None,
    )
    named = server.get("Name", basic.get("Name"))
    return Status(
        players=next((number for one in known if (number := count(one)) is not None), None),
        max_players=count(server.get("MaxPlayers", basic.get("MaxPlayers"))),
        version=plain(server.get("Version", basic.get("Version")), limit=MAX_VERSION),
        motd=plain(named),
        description=named,
    )


def _section(answer: dict[str, Any], name: str) -> dict[str, Any]:
    section = answer.get(name)
    return section if isinstance(section, dict) else {}


@lru_cache(maxsize=1)
def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
