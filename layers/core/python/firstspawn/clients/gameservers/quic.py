"""Whether anything speaks QUIC at an address: all that a Hytale server tells a stranger.

A long-header packet of a version that is reserved for this makes every QUIC server answer with the
versions it knows (RFC 9000, 6.3 and 15). Nothing of the answer is believed but that it is one.
"""

import asyncio
import secrets
import socket
from typing import Final

from firstspawn.clients.gameservers import wire
from firstspawn.clients.gameservers.models import Failure, PingError

_LONG_HEADER: Final = 0xC0
_RESERVED_VERSION: Final = 0x1A2A3A4A
_ID_BYTES: Final = 8
_SIZE: Final = 1200  # below it servers must not answer (RFC 9000, 14.1)
_MAX_DATAGRAM: Final = 2048
_MAX_STRAYS: Final = 8
_RESEND_AFTER: Final = 1.0


def probe(destination: bytes, source: bytes) -> bytes:
    """The datagram: a version nobody speaks, between two connection ids, padded."""
    head = bytes([_LONG_HEADER]) + _RESERVED_VERSION.to_bytes(4, "big")
    for connection_id in (destination, source):
        head += bytes([len(connection_id)]) + connection_id
    return head.ljust(_SIZE, b"\0")


def is_answer(datagram: bytes, destination: bytes, source: bytes) -> bool:
    """Tell whether it negotiates the version of our probe: version 0, and our ids swapped."""
    ids = b"".join(bytes([len(one)]) + one for one in (source, destination))
    return len(datagram) > 5 and datagram[0] & 0x80 != 0 and datagram[1:].startswith(bytes(4) + ids)


async def exchange(sock: socket.socket) -> None:
    """Ask over a connected UDP socket; return when it answers.

    Asks again after a second of silence. Raises `PingError` and `OSError`; the caller holds the
    deadline.
    """
    destination, source = secrets.token_bytes(_ID_BYTES), secrets.token_bytes(_ID_BYTES)
    question = probe(destination, source)
    sock.send(question)
    loop = asyncio.get_running_loop()
    resend = loop.call_later(_RESEND_AFTER, wire.send_again, sock, question)
    try:
        for _ in range(_MAX_STRAYS):
            if is_answer(await wire.read(sock, _MAX_DATAGRAM), destination, source):
                return
    finally:
        resend.cancel()
    raise PingError(Failure.PROTOCOL)
