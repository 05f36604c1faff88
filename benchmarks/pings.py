"""Pings per second and CPU per ping: ours against mcstatus's own status call, in the same run.

    PYTHONPATH=.:layers/core/python python -m benchmarks.pings [--pings N] [--rounds N]

Both ask a local fake (another process) that answers ~9 KB, with one try and the same concurrency
and timeout; with 20% dead hosts every fifth address accepts and says nothing. Trust the ratios.
"""

import argparse
import asyncio
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_network
from multiprocessing.connection import Connection

from firstspawn.clients.gameservers import Edition, Target, java
from firstspawn.clients.gameservers.pinger import Pinger

ALIVE_PORT, DEAD_PORT = 25910, 25911
CONCURRENCY, TIMEOUT = 200, 1.0
DEAD_EVERY = {0: 0, 20: 5}


@dataclass(frozen=True)
class Measure:
    """One round: servers asked, how many answered, wall and CPU seconds."""

    asked: int
    online: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.asked / self.wall

    @property
    def cpu_ms(self) -> float:
        return self.cpu * 1000 / self.asked


def answer() -> bytes:
    """A status of ~9 KB: an icon of 8 KB of base64, a styled message, a player sample."""
    import base64

    picture = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x40\x00\x00\x00\x40\x08\x06\x00\x00\x00"
    )
    picture += bytes(range(256)) * 24 + b"\x00\x00\x00\x00IEND\xaeB`\x82"
    status = {
        "version": {"name": "Paper 1.20.4", "protocol": 765},
        "players": {
            "online": 7,
            "max": 50,
            "sample": [{"name": f"Player{n}", "id": f"{n:032x}"} for n in range(8)],
        },
        "description": "§aHello §lWorld\n§7Survival & friends",
        "favicon": "data:image/png;base64," + base64.b64encode(picture).decode(),
    }
    text = json.dumps(status).encode()
    body = b"\x00" + java.varint(len(text)) + text
    return java.varint(len(body)) + body


class _Alive(asyncio.Protocol):
    reply = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._asked = b""

    def data_received(self, data: bytes) -> None:
        self._asked += data
        if self._asked.endswith(b"\x01\x00"):
            self._transport.write(self.reply)


async def _serve(ready: Connection) -> None:
    _Alive.reply = answer()
    loop = asyncio.get_running_loop()
    await loop.create_server(_Alive, "127.0.0.1", ALIVE_PORT, backlog=1024)
    await loop.create_server(asyncio.Protocol, "127.0.0.1", DEAD_PORT, backlog=1024)
    ready.send(len(_Alive.reply))
    await asyncio.Event().wait()


def _fake(ready: Connection) -> None:
    asyncio.run(_serve(ready))


def _ports(pings: int, dead_percent: int) -> list[int]:
    every = DEAD_EVERY[dead_percent]
    return [DEAD_PORT if every and n % every == 0 else ALIVE_PORT for n in range(pings)]


def ours(ports: list[int]) -> int:
    """How many of the ports our pinger finds online."""
    pinger = Pinger(
        allow=[ip_network("127.0.0.0/8")], per_ping_timeout=TIMEOUT, concurrency=CONCURRENCY
    )
    targets = {n: Target("127.0.0.1", port, Edition.JAVA) for n, port in enumerate(ports)}
    return sum(result.online for result in pinger.ping_all(targets, deadline=120).values())


def theirs(ports: list[int]) -> int:
    """The same with mcstatus's `async_status`, as many at a time."""
    return asyncio.run(_theirs(ports))


async def _theirs(ports: list[int]) -> int:
    from mcstatus import JavaServer

    waiting, online = iter(ports), 0

    async def work() -> None:
        nonlocal online
        for port in waiting:
            try:
                await JavaServer("127.0.0.1", port, timeout=TIMEOUT).async_status(tries=1)
            except OSError:
                continue
            online += 1

    await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
    return online


def measure(ask: Callable[[list[int]], int], ports: list[int]) -> Measure:
    wall, cpu = time.perf_counter(), time.process_time()
    online = ask(ports)
    return Measure(len(ports), online, time.perf_counter() - wall, time.process_time() - cpu)


def compare(pings: int, rounds: int, dead_percent: int) -> None:
    """Print the medians of alternating rounds and their ratios; fail if an answer was lost."""
    ports = _ports(pings, dead_percent)
    measures: dict[str, list[Measure]] = {"ours": [], "mcstatus": []}
    for _ in range(rounds):
        measures["ours"].append(measure(ours, ports))
        measures["mcstatus"].append(measure(theirs, ports))
    rate, cpu = {}, {}
    print(f"{dead_percent}% dead hosts, {pings} pings, {CONCURRENCY} at a time, {TIMEOUT} s each")
    for name, taken in measures.items():
        rate[name] = statistics.median(one.rate for one in taken)
        cpu[name] = statistics.median(one.cpu_ms for one in taken)
        online = min(one.online for one in taken)
        print(f"  {name:9}{rate[name]:8.0f} pings/s {cpu[name]:8.3f} ms CPU/ping  online {online}")
    print(
        f"  ratio    {rate['ours'] / rate['mcstatus']:8.2f}x rate    "
        f"{cpu['mcstatus'] / cpu['ours']:8.2f}x less CPU"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pings", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    here, there = multiprocessing.Pipe()
    fake = multiprocessing.get_context("spawn").Process(target=_fake, args=(there,), daemon=True)
    fake.start()
    try:
        if not here.poll(20):
            raise SystemExit("the fake server did not start: is a port of it busy?")
        print(f"a fake server answers {here.recv()} bytes")
        ours(_ports(200, 0))
        theirs(_ports(200, 0))
        for dead_percent in DEAD_EVERY:
            compare(chosen.pings, chosen.rounds, dead_percent)
    finally:
        fake.kill()
        fake.join()


if __name__ == "__main__":
    main()
