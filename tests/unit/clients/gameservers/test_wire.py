"""Waiting on sockets, with epoll and without: what comes, what is refused, what never comes."""

import asyncio
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from firstspawn.clients.gameservers import Edition, Failure, PingResult, Target, pinger, wire
from firstspawn.clients.gameservers.pinger import Pinger
from tests.support.gameservers import (
    LOOPBACK,
    SHORT,
    FakeResolver,
    UdpFake,
    framed,
    ping_bedrock,
    ping_java,
    pong,
    sends,
    status_body,
    tcp_server,
)

GOOD = sends(framed(status_body()))
OURS = pinger.FIRST_SIGN  # before fixtures replace it
BEDROCK = b"MCPE;Bay;729;1.21.50;3;30;1;W;Survival"


@pytest.fixture(params=["epoll", "loop"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How sockets are waited for: a system without epoll leaves it to the loop."""
    if request.param == "loop":
        monkeypatch.delattr(select, "epoll")
    return str(request.param)


@contextmanager
def full(host: str, port: int) -> Iterator[None]:
    """A listener whose queue is full: the system drops whoever else wants to connect."""
    with socket.create_server((host, port), backlog=0), socket.create_connection((host, port)):
        yield


def test_both_editions_answer() -> None:
    java = asyncio.run(ping_java(GOOD))
    bedrock = asyncio.run(ping_bedrock(UdpFake(lambda question: [pong(question, BEDROCK)])))

    assert (java.players, bedrock.players) == (7, 3)


def test_a_refused_connection_is_told_from_a_silent_one() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # bound and not listening: refuses
        target = Target("127.0.0.1", bound.getsockname()[1], Edition.JAVA)
        refused = asyncio.run(Pinger(allow=LOOPBACK, per_ping_timeout=20).ping(target))

    assert refused.failure is Failure.REFUSED


def test_nothing_waits_any_more_when_a_wait_is_cancelled() -> None:
    async def run() -> bytes:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await wire.read(ours, 1)
            theirs.send(b"xy")
            return await wire.read(ours, 1) + await wire.read(ours, 1)

    assert asyncio.run(run()) == b"xy"


def test_an_address_that_takes_no_connection_leaves_time_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a name with two addresses, the first of which drops us
    monkeypatch.setattr(pinger, "FIRST_SIGN", SHORT)

    async def run() -> PingResult:
        async with tcp_server(GOOD) as port:
            with full("127.0.0.98", port):
                resolver = FakeResolver({"a.example.com": ["127.0.0.98", "127.0.0.1"]})
                asked = Pinger(allow=LOOPBACK, resolver=resolver, per_ping_timeout=30)
                return await asked.ping(Target("a.example.com", port, Edition.JAVA))

    # When asked, then the second has answered
    assert asyncio.run(run()).online


@pytest.mark.parametrize("edition", list(Edition))
def test_a_dead_server_is_waited_for_no_longer_than_a_first_sign_takes(
    monkeypatch: pytest.MonkeyPatch, edition: Edition
) -> None:
    monkeypatch.setattr(pinger, "FIRST_SIGN", SHORT)

    async def run() -> PingResult:
        async with asyncio.timeout(20):
            asked = Pinger(allow=LOOPBACK, per_ping_timeout=60)
            if edition is Edition.JAVA:
                with full("127.0.0.1", 25_928):
                    return await asked.ping(Target("127.0.0.1", 25_928, edition))
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
                mute.bind(("127.0.0.1", 0))
                return await asked.ping(Target("127.0.0.1", mute.getsockname()[1], edition))

    started = time.monotonic()
    assert asyncio.run(run()).failure is Failure.TIMEOUT
    assert time.monotonic() - started >= SHORT


def test_a_connection_that_takes_longer_than_a_lost_packet_is_waited_for() -> None:
    # A lost SYN is sent again after a second, and then has another for its way around the world.
    assert OURS >= 2
