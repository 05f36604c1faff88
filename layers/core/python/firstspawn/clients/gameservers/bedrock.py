"""The Bedrock edition's unconnected ping: one datagram out, one believable datagram back."""

import asyncio
import re
import secrets
import socket
from typing import Final

from firstspawn.clients.gameservers import wire
from firstspawn.clients.gameservers.models import Failure, PingError, Status
from firstspawn.clients.gameservers.text import MAX_VERSION, count, plain

MAGIC: Final = bytes.fromhex("00ffff00fefefefefdfdfdfd12345678")
MAX_DATAGRAM: Final = 2048
PING, PONG = 0x01, 0x1C
_HEAD: Final = 1 + 8 + 8 + 16 + 2  # id, our time, server's id, magic, length of what follows
_MAX_STRAYS: Final = 8
_RESEND_AFTER: Final = 1.0
_NUMBER = re.compile(r"-?\d{1,10}", re.ASCII)


def new_nonce() -> bytes:
    """Eight bytes a server must echo, so that nobody beside it can answer for it."""
    return secrets.token_bytes(8)


def request(nonce: bytes) -> bytes:
    """The unconnected ping carrying our eight-byte nonce as its time."""
    return bytes([PING]) + nonce + MAGIC + bytes(8)


async def exchange(sock: socket.socket, nonce: bytes) -> bytes:
    """Ask over a connected UDP socket; the pong's text, still encoded.

    Asks again after a second of silence (datagrams get lost). Datagrams that are not the answer
    to this question are skipped, a few of them. Raises `PingError` (too_large, protocol) and
    `OSError`; the caller holds the deadline.
    """
    question = request(nonce)
    sock.send(question)
    resend = asyncio.get_running_loop().call_later(_RESEND_AFTER, wire.send_again, sock, question)
    try:
        for _ in range(_MAX_STRAYS):
            datagram = await wire.read(sock, MAX_DATAGRAM + 1)
            if len(datagram) > MAX_DATAGRAM:
                raise PingError(Failure.TOO_LARGE)
            text = pong_text(datagram, nonce)
            if text is not None:
                return text
    finally:
        resend.cancel()
    raise PingError(Failure.PROTOCOL)


def pong_text(datagram: bytes, nonce: bytes) -> bytes | None:
    """The text of a pong that answers this nonce; None for any other datagram."""
    if len(datagram) < _HEAD or datagram[0] != PONG:
        return None
    if datagram[1:9] != nonce or datagram[17:33] != MAGIC:
        return None
    length = int.from_bytes(datagram[33:35], "big")
    text = datagram[_HEAD : _HEAD + length]
    return text if len(text) == length else None


def parse(text: bytes) -> Status:
    """The status in a pong's text: `MCPE;motd;protocol;version;players;max;...`.

    A message of the day may hold semicolons: the numbers after it tell where it ends. Raises
    `PingError(protocol)` when they are nowhere.
    """
    fields = text.decode("utf-8", "replace").split(";")
    end = _motd_end(fields)
    if end is None:
        raise PingError(Failure.PROTOCOL)
    fields[1:end] = [";".join(fields[1:end])]
    from mcstatus.responses import BedrockStatusResponse

    # Its own message is left out: mcstatus would take an ampersand in it for a formatting code.
    answer = BedrockStatusResponse.build([fields[0], "", *fields[2:9]], latency=0)
    return Status(
        players=count(answer.players.online),
        max_players=count(answer.players.max),
        version=plain(answer.version.name, limit=MAX_VERSION),
        motd=plain(fields[1]),
        description=fields[1],
    )


def _motd_end(fields: list[str]) -> int | None:
    for end in range(2, len(fields) - 3):
        protocol, _version, players, most = fields[end : end + 4]
        if all(_NUMBER.fullmatch(field) for field in (protocol, players, most)):
            return end
    return None
