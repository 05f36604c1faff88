"""Hytale servers: the query plugin's answer, else whether the game speaks QUIC."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.asyncio.server import serve
from aioquic.quic.configuration import QuicConfiguration
from hypothesis import given
from hypothesis import strategies as st

from firstspawn.clients.gameservers import (
    Edition,
    Failure,
    PingResult,
    Target,
    nitrado,
    pinger,
    quic,
)
from firstspawn.clients.gameservers.models import PingError
from firstspawn.clients.gameservers.pinger import Pinger
from tests.support.certificates import pem, server_context
from tests.support.gameservers import LOOPBACK, UdpFake, udp_server

SHOWN = {
    "Server": {"Name": "§aOrbis", "Version": "2026.01.10", "MaxPlayers": 100},
    "Universe": {"CurrentPlayers": 7, "DefaultWorld": "default"},
}


@asynccontextmanager
async def game(folder: Path) -> AsyncIterator[int]:
    """A real QUIC server, as aioquic is one."""
    configuration = QuicConfiguration(is_client=False, alpn_protocols=["hytale/1"])
    configuration.load_cert_chain(pem(folder))
    server = await serve("127.0.0.1", 0, configuration=configuration,
        create_protocol=QuicConnectionProtocol)  # fmt: skip
    transport: Any = server._transport
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        server.close()


@asynccontextmanager
async def plugin(folder: Path, answer: bytes, asked: list[bytes]) -> AsyncIterator[int]:
    """A query plugin with a certificate of its own."""

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0, ssl=server_context(folder))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def http(body: Any, status: str = "200 OK") -> bytes:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\r\n".encode() + text


async def ask(port: int, query_port: int | None = None, patience: float = 20.0) -> PingResult:
    target = Target("127.0.0.1", port, Edition.HYTALE, query_port)
    return await Pinger(LOOPBACK, per_ping_timeout=patience).ping(target)


def test_a_game_that_speaks_quic_is_there(tmp_path: Path) -> None:
    async def run() -> PingResult:
        async with game(tmp_path) as port:
            return await ask(port)

    result = asyncio.run(run())

    assert result.online
    assert result.alive_only
    assert result.players is None
    assert result.latency_ms is not None


def test_a_query_plugin_tells_the_rest(tmp_path: Path) -> None:
    asked: list[bytes] = []

    async def run() -> PingResult:
        async with game(tmp_path) as port, plugin(tmp_path, http(SHOWN), asked) as query_port:
            return await ask(port, query_port)

    result = asyncio.run(run())

    assert (result.players, result.max_players, result.version) == (7, 100, "2026.01.10")
    assert (result.motd, result.motd_codes, result.alive_only) == ("Orbis", "§r§aOrbis", False)
    assert asked[0].startswith(b"GET /Nitrado/Query HTTP/1.0\r\n")
    assert b"Accept: application/x.hytale.nitrado.query+json;version=1\r\n" in asked[0]


def test_a_query_that_hides_players_still_tells_the_rest(tmp_path: Path) -> None:
    shown = {"Server": SHOWN["Server"]}

    async def run() -> PingResult:
        async with game(tmp_path) as port, plugin(tmp_path, http(shown), []) as query_port:
            return await ask(port, query_port)

    result = asyncio.run(run())

    assert (result.version, result.motd, result.alive_only) == ("2026.01.10", "Orbis", False)
    assert result.players is None
    assert result.leaves_players


@pytest.mark.parametrize(
    "answer",
    [
        http(SHOWN, "401 Unauthorized"),
        http(SHOWN, "301 Moved"),
        http(b"no json"),
        http([1]),
        http(b"[" * 100_000),
        b"",
        b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"x" * (nitrado.MAX_ANSWER + 1),
    ],
)
def test_a_bad_answer_leaves_the_game_itself_to_be_asked(tmp_path: Path, answer: bytes) -> None:
    async def run() -> PingResult:
        async with game(tmp_path) as port, plugin(tmp_path, answer, []) as query_port:
            return await ask(port, query_port)

    result = asyncio.run(run())

    assert (result.online, result.alive_only) == (True, True)


def test_a_query_plugin_that_drips_costs_its_half_of_the_time(tmp_path: Path) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"H")
            await asyncio.sleep(0.02)

    async def run() -> PingResult:
        server = await asyncio.start_server(drip, "127.0.0.1", 0, ssl=server_context(tmp_path))
        async with server, game(tmp_path) as port:
            return await ask(port, server.sockets[0].getsockname()[1], patience=1.0)

    assert asyncio.run(run()).alive_only


@pytest.mark.parametrize(
    "answers",
    [
        lambda question: [],
        lambda question: [b"", b"\x80", question],
        lambda question: [b"\x80" + bytes(4) + bytes(18)],
        lambda question: [bytes(1200)] * 8,
    ],
)
def test_silence_and_strays_are_no_answer(answers: Callable[[bytes], Any]) -> None:
    async def run() -> PingResult:
        async with udp_server(UdpFake(answers)) as port:
            return await ask(port, patience=0.3)

    assert not asyncio.run(run()).online


def test_a_query_port_that_cannot_be_a_games_is_not_knocked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given somebody who would answer at a port that is another service's
    asked: list[bytes] = []

    async def run() -> PingResult:
        async with game(tmp_path) as port, plugin(tmp_path, http(SHOWN), asked) as other:
            monkeypatch.setattr(pinger, "is_pingable_port", lambda port: port != other)
            return await ask(port, other)

    # When it is named as the query's, then it is not asked
    assert asyncio.run(run()).alive_only
    assert asked == []


def test_only_an_answer_to_this_probe_counts() -> None:
    destination, source = b"destinat", b"source-!"
    negotiation = b"\xc0" + bytes(4) + b"\x08" + source + b"\x08" + destination + b"\0\0\0\1"

    assert quic.is_answer(negotiation, destination, source)
    assert not quic.is_answer(negotiation, source, destination)
    assert not quic.is_answer(b"\x40" + negotiation[1:], destination, source)
    assert not quic.is_answer(quic.probe(destination, source), destination, source)


@pytest.mark.parametrize(
    ("answer", "players", "most"),
    [
        (SHOWN, 7, 100),
        ({"Basic": {"Name": "B", "CurrentPlayers": 3, "MaxPlayers": 20}}, 3, 20),
        ({"Players": [{"Name": "a"}, {"Name": "b"}]}, 2, None),
        ({"Players": {"a": {}, "b": {}, "c": {}}}, 3, None),
        ({"Universe": {"CurrentPlayers": -1}, "Players": [1]}, 1, None),
        ({"Universe": {"CurrentPlayers": True}, "Server": {"MaxPlayers": 2**40}}, None, None),
        ({"Server": [], "Universe": "x", "Players": 9}, None, None),
        ({}, None, None),
    ],
)
def test_players_come_from_whatever_a_server_shows(
    answer: Any, players: int | None, most: int | None
) -> None:
    status = nitrado.parse(json.dumps(answer).encode())

    assert (status.players, status.max_players) == (players, most)


_KEYS = [
    "Server",
    "Basic",
    "Universe",
    "Players",
    "Name",
    "MaxPlayers",
    "CurrentPlayers",
    "Version",
]
_answers: Any = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(_KEYS), _answers))
def test_whatever_an_object_holds_is_a_status(answer: dict[str, Any]) -> None:
    status = nitrado.parse(json.dumps(answer).encode())

    assert status.players is None or 0 <= status.players <= 1_000_000


@given(st.binary(max_size=100))
def test_what_is_no_object_is_a_protocol_error(body: bytes) -> None:
    with pytest.raises(PingError) as caught:
        nitrado.parse(b"[" + body)

    assert caught.value.failure is Failure.PROTOCOL
