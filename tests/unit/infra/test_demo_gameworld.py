"""The game world over real sockets: which server answers, how it refuses, how it stops."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from firstspawn.clients.gameservers import Edition, Failure, PingResult, Target
from firstspawn.clients.gameservers.pinger import Pinger
from infra.demo.gameworld import BEDROCK_SLUG, BedrockWorld, JavaWorld
from infra.demo.population import Temper, snapshot, temper
from tests.support.gameservers import LOOPBACK

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
PORT, BEDROCK_PORT = 25691, 25692


def slug_of(kind: Temper) -> str:
    return next(f"server-{n}" for n in range(500) if temper(f"server-{n}") is kind)


def ask(host: str) -> PingResult:
    async def run() -> PingResult:
        server = await asyncio.start_server(JavaWorld(lambda: NOW).serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            return await Pinger(allow=LOOPBACK, per_ping_timeout=10).ping(
                Target(host, port, Edition.JAVA)
            )
        finally:
            server.close()
            await asyncio.sleep(0.01)

    return asyncio.run(run())


@pytest.mark.parametrize("kind", [Temper.STEADY, Temper.SLOW])
def test_the_name_in_the_handshake_says_which_server_answers(kind: Temper) -> None:
    slug = slug_of(kind)
    expected = snapshot(slug, NOW)

    result = ask(f"{slug}.play.localhost")

    assert (result.players, result.max_players) == (expected.players, expected.max_players)
    assert result.version == expected.version
    assert result.motd is not None
    assert result.motd.startswith(slug.replace("-", " ").title())


@pytest.mark.parametrize(
    "host", [f"{slug_of(Temper.DOWN)}.play.localhost", "other.localhost", "127.0.0.1"]
)
def test_servers_that_are_down_or_unknown_hang_up(host: str) -> None:
    assert ask(host).failure is Failure.CLOSED


def test_bedrock_pings_are_answered_and_other_datagrams_are_not() -> None:
    async def run() -> PingResult:
        loop = asyncio.get_running_loop()
        transport, world = await loop.create_datagram_endpoint(
            lambda: BedrockWorld(lambda: NOW, 0), local_addr=("127.0.0.1", 0)
        )
        world.datagram_received(b"\x01" * 33, ("127.0.0.1", 9))
        port = transport.get_extra_info("sockname")[1]
        try:
            pinger = Pinger(allow=LOOPBACK)
            return await pinger.ping(Target("any.localhost", port, Edition.BEDROCK))
        finally:
            transport.close()
            await asyncio.sleep(0)

    result = asyncio.run(run())

    assert result.players == snapshot(BEDROCK_SLUG, NOW).players


@pytest.fixture
def world() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "infra.demo.gameworld"]
    command += ["--port", str(PORT), "--bedrock-port", str(BEDROCK_PORT)]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=paths) as process:
        yield process
        process.kill()


def test_the_process_says_when_it_listens_and_stops_when_asked(
    world: subprocess.Popen[str],
) -> None:
    assert world.stdout is not None
    assert world.stdout.readline() == f"game world on 127.0.0.1:{PORT}\n"

    world.send_signal(signal.SIGTERM)

    assert world.wait(10) == 0
