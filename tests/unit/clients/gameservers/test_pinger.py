"""Many at once: one deadline, bounded concurrency, nothing left behind."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest

from firstspawn.clients.gameservers import Edition, Failure, Target
from firstspawn.clients.gameservers.addresses import IPAddress, networks
from firstspawn.clients.gameservers.crew import PATIENCE
from firstspawn.clients.gameservers.pinger import Pinger
from firstspawn.clients.gameservers.resolver import SrvRecord
from tests.support.gameservers import (
    LOOPBACK,
    SHORT,
    Behaviour,
    FakeResolver,
    framed,
    sends,
    status_body,
    tcp_server,
)

GOOD = sends(framed(status_body()))


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hears everything and says nothing."""
    await reader.read()


@contextmanager
def elsewhere(*behaviours: Behaviour) -> Iterator[list[int]]:
    """Servers in a loop of their own, since `ping_all` runs its own. Yields their ports."""
    loop, stop, ports = asyncio.new_event_loop(), asyncio.Event(), list[int]()
    up = threading.Event()

    async def run() -> None:
        async with AsyncExitStack() as servers:
            for behave in behaviours:
                ports.append(await servers.enter_async_context(tcp_server(behave)))
            up.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    try:
        assert up.wait(10)
        yield ports
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


def test_everybody_gets_the_result_of_their_own_server() -> None:
    with elsewhere(GOOD) as (port,), socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # bound and not listening: refuses
        targets = {
            "up": Target("127.0.0.1", port, Edition.JAVA),
            "down": Target("127.0.0.1", bound.getsockname()[1], Edition.JAVA),
            "inside": Target("10.0.0.1", 25565, Edition.JAVA),
        }

        results = Pinger(allow=LOOPBACK, per_ping_timeout=20).ping_all(targets, deadline=30)

    assert results["up"].players == 7
    assert results["down"].failure is Failure.REFUSED
    assert results["inside"].failure is Failure.FORBIDDEN_ADDRESS


def test_no_targets_are_no_work() -> None:
    assert Pinger().ping_all({}, deadline=30) == {}


def test_loopback_is_not_pinged_unless_allowed() -> None:
    results = Pinger().ping_all({1: Target("127.0.0.1", 25565, Edition.JAVA)}, deadline=30)

    assert results[1].failure is Failure.FORBIDDEN_ADDRESS


def test_no_more_than_the_concurrency_are_asked_at_once() -> None:
    open_now = most = 0

    async def counts(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.01)
        open_now -= 1
        await GOOD(reader, writer)

    with elsewhere(counts) as (port,):
        targets = {n: Target("127.0.0.1", port, Edition.JAVA) for n in range(30)}
        pinger = Pinger(allow=LOOPBACK, per_ping_timeout=20, concurrency=4, most=4)
        results = pinger.ping_all(targets, deadline=30)

    assert all(result.online for result in results.values())
    assert most <= 4


def test_who_waits_in_silence_does_not_hold_the_others_up() -> None:
    # Given three servers that do not answer before all of the others did, and two places
    answered, rest = 0, asyncio.Event()

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        answered += 1
        if answered == 6:
            rest.set()
        await GOOD(reader, writer)

    async def waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await rest.wait()
        await GOOD(reader, writer)

    # When all are asked
    with elsewhere(waits, answers) as (slow, quick):
        targets = {n: Target("127.0.0.1", slow if n < 3 else quick, Edition.JAVA) for n in range(9)}
        pinger = Pinger(allow=LOOPBACK, per_ping_timeout=20, concurrency=2, most=9)
        results = pinger.ping_all(targets, deadline=30)

    # Then all get to answer
    assert [result.online for result in results.values()] == [True] * 9


def test_no_more_than_most_wait_at_once() -> None:
    # Given servers that wait until five are asked, and long enough for a sixth to be
    open_now = most = 0
    enough = asyncio.Event()

    async def waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        if open_now == 5:
            asyncio.get_running_loop().call_later(3 * PATIENCE, enough.set)
        await enough.wait()
        open_now -= 1
        await GOOD(reader, writer)

    # When there are two places, and room for five
    with elsewhere(waits) as (port,):
        targets = {n: Target("127.0.0.1", port, Edition.JAVA) for n in range(12)}
        pinger = Pinger(allow=LOOPBACK, per_ping_timeout=20, concurrency=2, most=5)
        results = pinger.ping_all(targets, deadline=30)

    # Then five it were
    assert all(result.online for result in results.values())
    assert most == 5


def test_each_ping_of_a_round_has_its_own_time() -> None:
    with elsewhere(silent) as (port,):
        targets = {n: Target("127.0.0.1", port, Edition.JAVA) for n in range(3)}
        pinger = Pinger(allow=LOOPBACK, per_ping_timeout=SHORT, concurrency=1, most=1)
        started = time.monotonic()
        results = pinger.ping_all(targets, deadline=60)

    assert {result.failure for result in results.values()} == {Failure.TIMEOUT}
    assert 3 * SHORT <= time.monotonic() - started < 30


def test_rounds_leave_no_epoll_behind() -> None:
    # Sockets that stay open are ResourceWarnings, which fail tests; epolls are not.
    def epolls() -> int:
        found = [one for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
        return sum("eventpoll" in str(one.readlink()) for one in found)

    with elsewhere(GOOD, silent) as ports:
        targets = {port: Target("127.0.0.1", port, Edition.JAVA) for port in ports}
        pinger = Pinger(allow=LOOPBACK, per_ping_timeout=SHORT)
        pinger.ping_all(targets, deadline=30)
        before = epolls()
        for _ in range(3):
            pinger.ping_all(targets, deadline=30)

        assert epolls() <= before


def test_the_deadline_ends_the_round_and_leaves_nothing() -> None:
    threads = threading.active_count()
    with elsewhere(silent) as (port,):
        targets = {n: Target("127.0.0.1", port, Edition.JAVA) for n in range(50)}
        started = time.monotonic()
        results = Pinger(allow=LOOPBACK, per_ping_timeout=30, concurrency=10).ping_all(
            targets, deadline=SHORT
        )
        took = time.monotonic() - started

    assert {result.failure for result in results.values()} == {Failure.TIMEOUT}
    assert took < 20
    assert threading.active_count() == threads


class StubbornResolver(FakeResolver):
    """Loses cancellations, as `wait_for` on Python 3.11 can; more than `asyncio.run` makes up."""

    async def addresses(self, host: str) -> Sequence[object]:  # type: ignore[override]
        for _ in range(3):
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(20)
        await asyncio.sleep(20)
        return []


def test_a_lost_cancellation_does_not_hold_the_round_up() -> None:
    pinger = Pinger(resolver=StubbornResolver(), per_ping_timeout=30)  # type: ignore[arg-type]

    started = time.monotonic()
    results = pinger.ping_all({1: Target("a.example.com", 25565, Edition.JAVA)}, deadline=0.1)

    assert results[1].failure is Failure.TIMEOUT
    assert time.monotonic() - started < 15


def test_a_bug_in_one_ping_is_a_failure_of_that_ping(caplog: pytest.LogCaptureFixture) -> None:
    class BrokenResolver(FakeResolver):
        async def srv(self, name: str) -> Sequence[SrvRecord]:
            raise AttributeError(name)

    targets = {1: Target("secret.example.com", None, Edition.JAVA)}
    results = Pinger(resolver=BrokenResolver()).ping_all(targets, deadline=30)

    assert results[1].failure is Failure.PROTOCOL
    assert "AttributeError" in caplog.text
    assert "secret" not in caplog.text


def test_the_second_address_is_tried_when_the_first_refuses() -> None:
    with elsewhere(GOOD) as (port,):
        resolver = FakeResolver({"a.example.com": ["127.0.0.99", "127.0.0.1"]})
        pinger = Pinger(allow=LOOPBACK, resolver=resolver, per_ping_timeout=20)
        results = pinger.ping_all({1: Target("a.example.com", port, Edition.JAVA)}, deadline=30)

    assert results[1].online


def test_only_where_nobody_answered_the_dns_is_asked_again() -> None:
    with elsewhere(GOOD, sends()) as (good, rude):
        resolver = FakeResolver(
            {name: ["127.0.0.1"] for name in ("a.example.com", "b.example.com")}
        )
        pinger = Pinger(allow=LOOPBACK, resolver=resolver, per_ping_timeout=20)
        targets = {
            1: Target("a.example.com", good, Edition.JAVA),
            2: Target("b.example.com", rude, Edition.JAVA),
        }
        pinger.ping_all(targets, deadline=30)

    assert resolver.forgotten == ["b.example.com"]


class TurningResolver(FakeResolver):
    """Leads elsewhere at each look-up, as a rebinding name server does."""

    async def addresses(self, host: str) -> Sequence[IPAddress]:
        self.table[host] = [f"127.0.0.{1 + len(self.asked)}"]
        return await super().addresses(host)


def test_a_name_is_looked_up_once_a_ping_and_vetted_each_time() -> None:
    # Given a name that leads to where we may go at first, and inside from then on
    resolver = TurningResolver()
    with elsewhere(GOOD) as (port,):
        pinger = Pinger(networks(["127.0.0.1/32"]), resolver, per_ping_timeout=20)
        targets = {1: Target("a.example.com", port, Edition.JAVA)}
        # When it is asked twice
        first, second = (pinger.ping_all(targets, deadline=30)[1] for _ in range(2))

    # Then the address that was vetted was the one connected to, and the other was not
    assert first.online
    assert second.failure is Failure.FORBIDDEN_ADDRESS
    assert resolver.asked == ["a.example.com"] * 2


def test_the_handshake_names_the_host_that_was_typed() -> None:
    heard = bytearray()

    async def listens(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(4096))
        writer.write(framed(status_body()))

    with elsewhere(listens) as (port,):
        srv = {"_minecraft._tcp.play.example.com": [SrvRecord(0, 0, port, "node.example.net")]}
        resolver = FakeResolver({"node.example.net": ["127.0.0.1"]}, srv)
        pinger = Pinger(allow=LOOPBACK, resolver=resolver, per_ping_timeout=20)
        results = pinger.ping_all({1: Target("play.example.com", None, Edition.JAVA)}, deadline=30)

    assert results[1].online
    assert b"\x10play.example.com" + port.to_bytes(2, "big") + b"\x01\x01\x00" in heard


def test_latency_is_what_the_clock_says_between_question_and_answer() -> None:
    moments = iter([10.0, 10.042])

    with elsewhere(GOOD) as (port,):
        pinger = Pinger(allow=LOOPBACK, per_ping_timeout=20, clock=lambda: next(moments))
        results = pinger.ping_all({1: Target("127.0.0.1", port, Edition.JAVA)}, deadline=30)

    assert results[1].latency_ms == 42
