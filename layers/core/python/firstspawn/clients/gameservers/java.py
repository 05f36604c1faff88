"""The Java edition's status exchange: one question, one frame of a size we choose to accept.

Every cap is applied before the bytes it caps are read or parsed.
"""

import json
import socket
from typing import Any, Final

from firstspawn.clients.gameservers import wire
from firstspawn.clients.gameservers.icons import vet_icon
from firstspawn.clients.gameservers.models import Failure, PingError, Status
from firstspawn.clients.gameservers.text import MAX_VERSION, count, plain

MAX_FRAME: Final = 200_000
MIN_FRAME: Final = 3
# 1.20.4's; a status request is answered whatever the number.
_PROTOCOL: Final = 765
_FIRST_READ: Final = 16 * 1024
_LENGTH_BYTES: Final = 3  # 2^21 > MAX_FRAME: a longer length prefix is never one we accept


def request(host: str, port: int) -> bytes:
    """The handshake naming the host the player typed, followed by the status request."""
    name = host.encode("ascii")[:255]
    body = b"\x00" + varint(_PROTOCOL) + varint(len(name)) + name + port.to_bytes(2, "big")
    body += b"\x01"
    return varint(len(body)) + body + b"\x01\x00"


async def exchange(sock: socket.socket, question: bytes) -> bytes:
    """Send the question over a connected socket; the answer's frame, without its length.

    Reads at most `MAX_FRAME` + 3 bytes. Raises `PingError` (closed, too_large, protocol) and
    `OSError`; the caller holds the deadline.
    """
    sock.sendall(question)  # fits an empty send buffer: never waits
    data = bytearray()
    head = None
    while head is None:
        data += await _read(sock, _FIRST_READ)
        head = _frame_head(data)
    start, length = head
    end = start + length
    while len(data) < end:
        data += await _read(sock, end - len(data))
    return bytes(data[start:end])


def parse(frame: bytes) -> Status:
    """The status in a frame. Raises `PingError(protocol)` when it is not one.

    Fields that lie (a text for a number, a picture that is none) are None, not errors.
    """
    start, length = _string_head(frame)
    if start + length != len(frame):
        raise PingError(Failure.PROTOCOL)
    try:
        answer = json.loads(frame[start:].decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise PingError(Failure.PROTOCOL) from error
    if not isinstance(answer, dict):
        raise PingError(Failure.PROTOCOL)
    return _status(answer)


def varint(number: int) -> bytes:
    """A non-negative number in the protocol's 7-bit groups, least significant first."""
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)


def read_varint(data: bytes | bytearray, start: int) -> tuple[int, int] | None:
    """(value, index after it) of a number of at most three bytes; None if it has not all arrived.

    Raises `PingError(too_large)` for longer ones.
    """
    value = 0
    for offset in range(_LENGTH_BYTES):
        if start + offset >= len(data):
            return None
        byte = data[start + offset]
        value |= (byte & 0x7F) << (7 * offset)
        if byte < 0x80:
            return value, start + offset + 1
    raise PingError(Failure.TOO_LARGE)


async def _read(sock: socket.socket, most: int) -> bytes:
    chunk = await wire.read(sock, most)
    if not chunk:
        raise PingError(Failure.CLOSED)
    return chunk


def _frame_head(data: bytearray) -> tuple[int, int] | None:
    head = read_varint(data, 0)
    if head is None:
        return None
    length, start = head
    if length > MAX_FRAME:
        raise PingError(Failure.TOO_LARGE)
    if length < MIN_FRAME:
        raise PingError(Failure.PROTOCOL)
    return start, length


def _string_head(frame: bytes) -> tuple[int, int]:
    head = read_varint(frame, 1)
    if head is None or frame[0] != 0:
        raise PingError(Failure.PROTOCOL)
    length, start = head
    return start, length


def _status(answer: dict[str, Any]) -> Status:
    players, version = answer.get("players"), answer.get("version")
    players = players if isinstance(players, dict) else {}
    version = version if isinstance(version, dict) else {}
    return Status(
        players=count(players.get("online")),
        max_players=count(players.get("max")),
        version=plain(version.get("name"), limit=MAX_VERSION),
        motd=plain(answer.get("description")),
        icon_text=vet_icon(answer.get("favicon")),
        description=answer.get("description"),
    )
