"""Two hundred living game servers in one process, so that a laptop's stack has someone to ping.

    python -m infra.demo.gameworld --port 25601 --bedrock-port 25602

Answers Java status (and Bedrock pings) on loopback. Which server is asked for comes from the name
in the Java handshake, `<slug>.play.localhost`; a Bedrock ping names nobody, so there is one Bedrock
server. Prints one line when it listens; SIGTERM or Ctrl-C stops it.
"""

import argparse
import asyncio
import json
import re
import signal
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, cast

from infra.demo.population import Snapshot, snapshot

DOMAIN: Final = ".play.localhost"
BEDROCK_SLUG: Final = "coral-cove"
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_MAX_PACKET: Final = 512
_MAX_CONNECTIONS: Final = 512
_PATIENCE: Final = 5.0
_MAGIC: Final = bytes.fromhex("00ffff00fefefefefdfdfdfd12345678")
_PROTOCOL_JAVA, _PROTOCOL_BEDROCK = 765, 766

Now = Callable[[], datetime]


class NotStatusError(Exception):
    """The peer does not speak the status protocol, or asks for nobody we know."""


class JavaWorld:
    """Answers status requests. `now` gives the moment, aware and in UTC."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: at most `_PATIENCE` seconds and three packets of half a kilobyte."""
        self._open += 1
        try:
            if self._open <= _MAX_CONNECTIONS:
                async with asyncio.timeout(_PATIENCE):
                    await self._converse(reader, writer)
        except (NotStatusError, OSError, EOFError):
            return  # Strangers and scanners knock at every port: nothing to tell.
        finally:
            self._open -= 1
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here = snapshot(_slug(await _packet(reader)), self._now())
        if await _packet(reader) != b"\x00" or not here.online:
            return
        await asyncio.sleep(here.delay)
        writer.write(_framed(b"\x00" + _string(_java_status(here))))
        await writer.drain()
        ping = await _packet(reader)
        if len(ping) == 9 and ping[0] == 1:
            writer.write(_framed(ping))


class BedrockWorld(asyncio.DatagramProtocol):
    """Answers unconnected pings, one datagram each."""

    def __init__(self, now: Now, port: int) -> None:
        self._now = now
        self._port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) != 33 or data[0] != 1 or data[9:25] != _MAGIC:
            return
        here = snapshot(BEDROCK_SLUG, self._now())
        if not here.online:
            return
        text = _bedrock_status(here, self._port).encode()
        pong = b"\x1c" + data[1:9] + bytes(8) + _MAGIC + struct.pack(">H", len(text)) + text
        self._transport.sendto(pong, addr)


async def run(port: int, bedrock_port: int | None, now: Now, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT. Raises `OSError` when a port is taken."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await asyncio.start_server(
        JavaWorld(now).serve, "127.0.0.1", port, limit=_MAX_PACKET, backlog=256
    )
    datagrams = None
    try:
        if bedrock_port is not None:
            datagrams, _ = await loop.create_datagram_endpoint(
                lambda: BedrockWorld(now, bedrock_port), local_addr=("127.0.0.1", bedrock_port)
            )
        ready()
        await stop.wait()
    finally:
        server.close()
        if datagrams is not None:
            datagrams.close()


async def _packet(reader: asyncio.StreamReader) -> bytes:
    length = 0
    for shift in (0, 7):
        byte = (await reader.readexactly(1))[0]
        length |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    if not 0 < length <= _MAX_PACKET:
        raise NotStatusError
    return await reader.readexactly(length)


def _slug(handshake: bytes) -> str:
    """The slug of a handshake's host: `00 | version | length + host | port | 01`."""
    index = 1
    while index < len(handshake) and handshake[index] >= 0x80:
        index += 1
    length = handshake[index + 1] if index + 1 < len(handshake) else 0
    host = handshake[index + 2 : index + 2 + length].decode("ascii", "replace").lower()
    slug = host.removesuffix(DOMAIN)
    if handshake[-1:] != b"\x01" or slug == host or not _SLUG.fullmatch(slug):
        raise NotStatusError
    return slug


def _java_status(here: Snapshot) -> str:
    return json.dumps(
        {
            "version": {"name": here.version, "protocol": _PROTOCOL_JAVA},
            "players": {"online": here.players, "max": here.max_players},
            "description": {"text": here.motd},
        }
    )


def _bedrock_status(here: Snapshot, port: int) -> str:
    fields = ("MCPE", here.motd.split("\n")[0], _PROTOCOL_BEDROCK, "1.21.50", here.players)
    rest = (here.max_players, 13253860892328930865, "Bay", "Survival", 1, port, port, "")
    return ";".join(str(field) for field in fields + rest)


def _string(text: str) -> bytes:
    raw = text.encode()
    return _varint(len(raw)) + raw


def _framed(body: bytes) -> bytes:
    return _varint(len(body)) + body


def _varint(number: int) -> bytes:
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*groups, number])


def main() -> None:
    """Serve from the command line; a port that is taken ends it with a sentence."""
    parser = argparse.ArgumentParser(description="Answers game pings for the demo's servers.")
    parser.add_argument("--port", type=int, default=25601, help="Java edition (TCP)")
    parser.add_argument("--bedrock-port", type=int, help="Bedrock edition (UDP); none without it")
    chosen = parser.parse_args()

    def ready() -> None:
        print(f"game world on 127.0.0.1:{chosen.port}", flush=True)

    try:
        asyncio.run(run(chosen.port, chosen.bedrock_port, lambda: datetime.now(UTC), ready))
    except OSError as error:
        raise SystemExit(f"the game world cannot listen: {error.strerror or error}") from None


if __name__ == "__main__":
    main()
