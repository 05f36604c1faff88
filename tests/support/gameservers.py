"""Fake game servers and a fake DNS: what strangers may send, on loopback, in the test's loop."""

import asyncio
import base64
import ipaddress
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from firstspawn.clients.gameservers import Edition, PingResult, Target, java
from firstspawn.clients.gameservers.addresses import IPAddress, networks
from firstspawn.clients.gameservers.bedrock import MAGIC
from firstspawn.clients.gameservers.pinger import Pinger
from firstspawn.clients.gameservers.resolver import ResolverError, SrvRecord

LOOPBACK = networks(["127.0.0.0/8"])
SHORT = 0.4  # seconds a ping may take in tests of servers that never answer

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def png(size: int = 64, padding: int = 0) -> bytes:
    """A PNG as far as a reader of its header and end can tell."""
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + size.to_bytes(4, "big") * 2
    return head + bytes(padding) + b"\x00\x00\x00\x00IEND\xaeB`\x82"


def favicon(picture: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture).decode()


def framed(body: bytes) -> bytes:
    return java.varint(len(body)) + body


def frame_body(text: str | bytes) -> bytes:
    """A status packet's body: its id, the string's length, the string."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return b"\x00" + java.varint(len(raw)) + raw


def status_body(**fields: Any) -> bytes:
    """The body of a well-behaved answer with some fields replaced; `None` drops one."""
    answer: dict[str, Any] = {
        "version": {"name": "1.20.4", "protocol": 765},
        "players": {"online": 7, "max": 50},
        "description": "Hello",
    }
    answer.update(fields)
    kept = {name: value for name, value in answer.items() if value is not None}
    return frame_body(json.dumps(kept))


def sends(*chunks: bytes) -> Behaviour:
    """A server that waits for the question, sends these bytes and closes."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        for chunk in chunks:
            writer.write(chunk)
        await writer.drain()

    return behave


@asynccontextmanager
async def tcp_server(behave: Behaviour) -> AsyncIterator[int]:
    """A Java-side stranger on loopback; yields its port. Whatever it still does then is ended."""
    conversations: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        conversations.add(task)
        try:
            await behave(reader, writer)
        except ConnectionError:
            return
        finally:
            conversations.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(conversations):
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)


class UdpFake(asyncio.DatagramProtocol):
    """A Bedrock-side stranger: sends what `answers(question)` gives for each ping."""

    def __init__(self, answers: Callable[[bytes], Sequence[bytes]]) -> None:
        self.answers = answers
        self.questions: list[bytes] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.questions.append(data)
        for answer in self.answers(data):
            self.transport.sendto(answer, addr)


@asynccontextmanager
async def udp_server(fake: UdpFake) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: fake, local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
        await asyncio.sleep(0)


def pong(question: bytes, text: bytes, *, magic: bytes = MAGIC) -> bytes:
    """The pong that answers this ping."""
    return b"\x1c" + question[1:9] + bytes(8) + magic + len(text).to_bytes(2, "big") + text


async def ping_java(behave: Behaviour, patience: float = 20.0) -> PingResult:
    async with tcp_server(behave) as port:
        pinger = Pinger(allow=LOOPBACK, per_ping_timeout=patience)
        return await pinger.ping(Target("127.0.0.1", port, Edition.JAVA))


async def ping_bedrock(fake: UdpFake, patience: float = 20.0) -> PingResult:
    async with udp_server(fake) as port:
        pinger = Pinger(allow=LOOPBACK, per_ping_timeout=patience)
        return await pinger.ping(Target("127.0.0.1", port, Edition.BEDROCK))


class FakeResolver:
    """A DNS of two tables; names in `broken` get no answer at all. Remembers what was asked."""

    def __init__(
        self,
        addresses: Mapping[str, Sequence[str]] | None = None,
        srv: Mapping[str, Sequence[SrvRecord]] | None = None,
        broken: Sequence[str] = (),
    ) -> None:
        self.table = dict(addresses or {})
        self.services = dict(srv or {})
        self.broken = set(broken)
        self.asked: list[str] = []
        self.forgotten: list[str] = []

    async def srv(self, name: str) -> Sequence[SrvRecord]:
        self._ask(name)
        return self.services.get(name, ())

    async def addresses(self, host: str) -> Sequence[IPAddress]:
        self._ask(host)
        return [ipaddress.ip_address(text) for text in self.table.get(host, ())]

    def forget(self, host: str) -> None:
        self.forgotten.append(host)

    def _ask(self, name: str) -> None:
        self.asked.append(name)
        if name in self.broken:
            raise ResolverError(name)
