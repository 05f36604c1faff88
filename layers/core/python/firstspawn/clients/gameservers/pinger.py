"""The pinger: many untrusted servers at once, each within its time, all within one deadline."""

import asyncio
import logging
import random
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from firstspawn.clients.gameservers import bedrock, java, nitrado, quic, wire
from firstspawn.clients.gameservers.addresses import IPAddress, IPNetwork, is_pingable_port
from firstspawn.clients.gameservers.crew import Crew
from firstspawn.clients.gameservers.models import (
    Edition,
    Failure,
    PingError,
    PingResult,
    Status,
    Target,
)
from firstspawn.clients.gameservers.resolver import CachingResolver, Resolver
from firstspawn.clients.gameservers.routes import Route, find_route

logger = logging.getLogger(__name__)

K = TypeVar("K")

_MAX_ADDRESSES: Final = 2
# For a connection, or for a datagram's answer. Both are asked for again after a second, so a lost
# packet costs nobody anything; a third time would come after three, when a ping is over.
FIRST_SIGN: Final = 2.0


class Pinger:
    """Asks game servers for their status. Keep one per process: it remembers DNS answers.

    Threads may ask at once, each in a loop of its own. `allow` are networks that may be pinged
    although they are not public (a local stack's loopback); `per_ping_timeout` (seconds) covers
    look-ups, connecting and the answer together; `concurrency` are at work at a time, and up to
    `most` if some of them only wait (`crew.py`): a worker asks ten rosters at once, and a Lambda
    function has 1,024 descriptors. `clock` gives seconds and `draw(n)` an integer below n (SRV
    weights).
    """

    def __init__(
        self,
        allow: Sequence[IPNetwork] = (),
        resolver: Resolver | None = None,
        per_ping_timeout: float = 3.0,
        concurrency: int = 40,
        most: int = 80,
        clock: Callable[[], float] = time.perf_counter,
        draw: Callable[[int], int] = random.randrange,
    ) -> None:
        self._allow = tuple(allow)
        self._resolver = resolver
        self._resolving = threading.Lock()
        self._timeout = per_ping_timeout
        self._concurrency = concurrency
        self._most = max(most, concurrency)
        self._clock = clock
        self._draw = draw

    async def ping(self, target: Target) -> PingResult:
        """Ask one server. Never raises for anything the target is or does."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._ping(target)
        except TimeoutError:
            return PingResult.failed(Failure.TIMEOUT)

    def ping_all(self, targets: Mapping[K, Target], deadline: float) -> dict[K, PingResult]:
        """Ask all of them within `deadline` seconds, `concurrency` at a time.

        Whoever has not answered by then is a timeout, and no task or socket of it is left. Runs
        its own event loop: call it from synchronous code.
        """
        if not targets:
            return {}
        return asyncio.run(self._round(targets, deadline))

    async def _round(self, targets: Mapping[K, Target], deadline: float) -> dict[K, PingResult]:
        crew: Crew[K, Target, PingResult] = Crew(
            self._ping, size=self._concurrency, most=self._most, limit=self._timeout
        )
        late = dict.fromkeys(targets, PingResult.failed(Failure.TIMEOUT))
        results = late | await crew.run(targets, deadline)
        if self._resolver is not None:
            for key, result in results.items():
                if not result.online:
                    self._resolver.forget(targets[key].host)
        return results

    async def _ping(self, target: Target) -> PingResult:
        """Ask one server; whoever calls holds its time."""
        try:
            return await self._ask(target)
        except PingError as error:
            return PingResult.failed(error.failure)
        except OSError as error:
            return PingResult.failed(_failure(error))
        except Exception as error:  # one stranger must not end everybody's round
            # The type alone: an exception's text may hold what the stranger sent.
            logger.warning("ping ended in %s", type(error).__name__)
            return PingResult.failed(Failure.PROTOCOL)

    async def _ask(self, target: Target) -> PingResult:
        route = await find_route(target, self._names(), self._allow, self._draw)
        if target.edition is Edition.HYTALE:
            return await self._ask_hytale(target, route)
        kind = socket.SOCK_STREAM if target.edition is Edition.JAVA else socket.SOCK_DGRAM
        with await _connect(route, kind) as sock:
            asked = self._clock()
            if target.edition is Edition.JAVA:
                raw = await java.exchange(sock, java.request(route.host, route.port))
            else:
                async with asyncio.timeout(FIRST_SIGN):
                    raw = await bedrock.exchange(sock, bedrock.new_nonce())
            latency = round((self._clock() - asked) * 1000)
        return PingResult.answered(_parse(target.edition, raw), latency)

    async def _ask_hytale(self, target: Target, route: Route) -> PingResult:
        """What the query plugin tells, else whether the game itself is there."""
        if target.query_port is not None:
            try:
                return await self._query(route, target.query_port)
            except (PingError, OSError):
                logger.debug("no answer to a query, trying the game itself")
        with await _connect(route, socket.SOCK_DGRAM) as sock:
            asked = self._clock()
            async with asyncio.timeout(FIRST_SIGN):
                await quic.exchange(sock)
            latency = round((self._clock() - asked) * 1000)
        return PingResult(online=True, latency_ms=latency, alive_only=True)

    async def _query(self, route: Route, port: int) -> PingResult:
        if not is_pingable_port(port):
            raise PingError(Failure.FORBIDDEN_PORT)
        asked = self._clock()
        # Half of the time: the game itself is asked in the rest.
        async with asyncio.timeout(self._timeout / 2):
            raw = await nitrado.exchange(str(route.addresses[0]), port, route.host)
        latency = round((self._clock() - asked) * 1000)
        result = PingResult.answered(nitrado.parse(raw), latency)
        return replace(result, hides_players=result.players is None)

    def _names(self) -> Resolver:
        with self._resolving:
            if self._resolver is None:
                from firstspawn.clients.gameservers.dns_resolver import DnsResolver

                self._resolver = CachingResolver(DnsResolver())
            return self._resolver


def _parse(edition: Edition, raw: bytes) -> Status:
    return java.parse(raw) if edition is Edition.JAVA else bedrock.parse(raw)


async def _connect(route: Route, kind: socket.SocketKind) -> socket.socket:
    addresses = route.addresses[:_MAX_ADDRESSES]
    for address in addresses[:-1]:
        try:
            return await _open(address, route.port, kind)
        except OSError:
            logger.debug("one address refused, trying the next")
    return await _open(addresses[-1], route.port, kind)


async def _open(address: IPAddress, port: int, kind: socket.SocketKind) -> socket.socket:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    sock = socket.socket(family, kind)
    try:
        sock.setblocking(False)
        await wire.connect(sock, (str(address), port), FIRST_SIGN)
    except BaseException:
        sock.close()
        raise
    return sock


def _failure(error: OSError) -> Failure:
    if isinstance(error, TimeoutError):
        return Failure.TIMEOUT
    if isinstance(error, ConnectionRefusedError):
        return Failure.REFUSED
    if isinstance(error, ConnectionError):
        return Failure.CLOSED
    return Failure.UNREACHABLE
