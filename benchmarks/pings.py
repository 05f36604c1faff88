"""Checks per second and CPU per check: our pinger against mcstatus's `async_status`, in one run.

    PYTHONPATH=.:layers/core/python python -m benchmarks.pings [--pings N] [--turns N]

Both ask a local fake (another process) whose answers have ~9 KB, once each. Of dead servers half
take the connection and say nothing, half do not even take it. Everybody asks in turn, and ratios
are medians over the turns: on a shared machine trust these alone.

*A stream*: N servers, 200 at a time, with a second for each. Ours lets those who only wait wait
beside the 200, up to 800 sockets (`crew.py`): so mcstatus is also measured with 800 at a time.

*A batch*: what one of our workers does, as it is deployed: ten rosters of 100 servers side by side,
three seconds for each server. mcstatus asks the same servers all at once, and 100 by 100.
"""

import argparse
import asyncio
import base64
import json
import multiprocessing
import selectors
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_network
from multiprocessing.connection import Connection
from typing import NoReturn

from firstspawn.clients.gameservers import Edition, Target, java
from firstspawn.clients.gameservers.pinger import Pinger

# Many, so that no ephemeral port has to be waited for: a closed connection keeps its for a minute.
ALIVE_PORTS = range(25910, 25926)
SILENT_PORT, FULL_PORT = 25926, 25927
CONCURRENCY, MOST, TIMEOUT = 200, 800, 1.0
ROSTER, BATCH, PATIENCE = 100, 10, 3.0  # as deployed: SHARD_SIZE, BatchSize, Pinger's own
LOOPBACK = [ip_network("127.0.0.0/8")]
DEAD_EVERY = {0: 0, 20: 5}  # by percentage


@dataclass(frozen=True)
class Measure:
    """One turn: servers asked, how many answered, wall and CPU seconds."""

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


Ask = Callable[[list[int]], int]


def answer() -> bytes:
    """A status of ~9 KB: an icon of 8 KB of base64, a styled message, a player sample."""
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


def _listen(port: int, backlog: int = 1024) -> socket.socket:
    return socket.create_server(("127.0.0.1", port), backlog=backlog)


def _fake(ready: Connection) -> NoReturn:
    """Serve for ever, at as little CPU as can be: it is not what is measured."""
    reply, selector = answer(), selectors.DefaultSelector()
    for port in (*ALIVE_PORTS, SILENT_PORT):
        selector.register(_listen(port), selectors.EVENT_READ, port)
    # Filled by one that nobody accepts: the system drops whoever else comes.
    full = _listen(FULL_PORT, backlog=0)
    _filler = socket.create_connection(full.getsockname())
    ready.send(len(reply))
    while True:
        for key, _ in selector.select():
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                selector.register(sock.accept()[0], selectors.EVENT_READ, key.data)
            elif not _serve(sock, b"" if key.data == SILENT_PORT else reply):
                selector.unregister(sock)
                sock.close()


def _serve(sock: socket.socket, reply: bytes) -> bool:
    """Answer whatever was asked. False if the other side has gone."""
    try:
        if not sock.recv(4096):
            return False
        sock.sendall(reply)
    except ConnectionError:
        return False
    return True


@contextmanager
def fake_servers() -> Iterator[int]:
    """Run them in a process of their own. Yields the size of an answer, in bytes."""
    here, there = multiprocessing.Pipe()
    fake = multiprocessing.get_context("spawn").Process(target=_fake, args=(there,), daemon=True)
    fake.start()
    try:
        if not here.poll(20):
            raise SystemExit("the fake server did not start: is a port of it busy?")
        yield here.recv()
    finally:
        fake.kill()
        fake.join()


def ports(pings: int, dead_percent: int) -> list[int]:
    """Whom to ask, one after the other."""
    every = DEAD_EVERY[dead_percent]
    dead = (SILENT_PORT, FULL_PORT)
    return [
        dead[n // every % 2] if every and n % every == 0 else ALIVE_PORTS[n % len(ALIVE_PORTS)]
        for n in range(pings)
    ]


def ours(whom: list[int]) -> int:
    """How many of the ports our pinger finds online."""
    return _round(Pinger(LOOPBACK, None, TIMEOUT, CONCURRENCY, MOST), 120, whom)


def our_batch(whom: list[int]) -> int:
    """The same as our worker does it: a thread for each roster, one pinger."""
    rosters = [whom[start : start + ROSTER] for start in range(0, len(whom), ROSTER)]
    with ThreadPoolExecutor(BATCH) as pool:
        return sum(pool.map(partial(_round, Pinger(LOOPBACK), 20), rosters))


def _round(pinger: Pinger, deadline: float, whom: list[int]) -> int:
    targets = {n: Target("127.0.0.1", port, Edition.JAVA) for n, port in enumerate(whom)}
    return sum(result.online for result in pinger.ping_all(targets, deadline).values())


def theirs(concurrency: int, timeout: float, whom: list[int]) -> int:
    """The same with mcstatus's `async_status`, so many at a time."""
    return asyncio.run(_theirs(concurrency, timeout, whom))


def their_rounds(whom: list[int]) -> int:
    """The same with mcstatus, a roster after the other."""
    rosters = (whom[start : start + ROSTER] for start in range(0, len(whom), ROSTER))
    return sum(theirs(ROSTER, PATIENCE, roster) for roster in rosters)


async def _theirs(concurrency: int, seconds: float, whom: list[int]) -> int:
    from mcstatus import JavaServer

    waiting, online = iter(whom), 0

    async def work() -> None:
        nonlocal online
        for port in waiting:
            try:
                await JavaServer("127.0.0.1", port, timeout=seconds).async_status(tries=1)
            except OSError:
                continue
            online += 1

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return online


def measure(ask: Ask, whom: list[int]) -> Measure:
    wall, cpu = time.perf_counter(), time.process_time()
    online = ask(whom)
    return Measure(len(whom), online, time.perf_counter() - wall, time.process_time() - cpu)


def compare(asks: Mapping[str, Ask], whom: list[int], turns: int) -> None:
    """Print the medians of alternating turns, and of what the first is better by in each."""
    taken: dict[str, list[Measure]] = {name: [] for name in asks}
    for _ in range(turns):
        for name, ask in asks.items():
            taken[name].append(measure(ask, whom))
    first = next(iter(taken.values()))
    for name, all_taken in taken.items():
        rate, cpu, online = (
            statistics.median(getattr(one, what) for one in all_taken)
            for what in ("rate", "cpu_ms", "online")
        )
        print(f"  {name:22}{rate:7.0f} pings/s{cpu:7.3f} ms CPU/ping  online {online:.0f}", end="")
        if all_taken is not first:
            pairs = list(zip(first, all_taken, strict=True))
            faster = statistics.median(mine.rate / other.rate for mine, other in pairs)
            leaner = statistics.median(other.cpu_ms / mine.cpu_ms for mine, other in pairs)
            print(f"   ours {faster:.2f}x the rate, {leaner:.2f}x less CPU", end="")
        print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pings", type=int, default=4000)
    parser.add_argument("--turns", type=int, default=3)
    chosen = parser.parse_args()
    stream: dict[str, Ask] = {f"ours, {CONCURRENCY}": ours}
    stream |= {f"mcstatus, {n}": partial(theirs, n, TIMEOUT) for n in (CONCURRENCY, MOST)}
    size = ROSTER * BATCH
    batch: dict[str, Ask] = {
        f"ours, {BATCH} x {ROSTER} at once": our_batch,
        f"mcstatus, {size} at once": partial(theirs, size, PATIENCE),
        f"mcstatus, {ROSTER} by {ROSTER}": their_rounds,
    }
    with fake_servers() as bytes_each:
        print(f"a fake server answers {bytes_each} bytes")
        for ask in (ours, partial(theirs, CONCURRENCY, TIMEOUT)):
            ask(ports(200, 0))  # imports
        for dead in DEAD_EVERY:
            print(f"{dead}% dead, a stream of {chosen.pings} pings of {TIMEOUT} s at most")
            compare(stream, ports(chosen.pings, dead), chosen.turns)
            print(f"{dead}% dead, a batch of {size} pings of {PATIENCE} s at most")
            compare(batch, ports(size, dead), chosen.turns)


if __name__ == "__main__":
    main()
