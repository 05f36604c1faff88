"""Names to addresses, ours to ask so that what is vetted is what is connected to."""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from firstspawn.clients.gameservers.addresses import IPAddress

T = TypeVar("T")

MAX_ANSWERS: Final = 16
_SERVES: Final = 3 * 3600.0  # what was answered before that is no help when the DNS fails
_PATIENCE: Final = 0.5  # for a new answer where an old one serves: a ping has three seconds


class ResolverError(Exception):
    """The DNS gave no answer (timeout, server failure): not the same as "there is none"."""


@dataclass(frozen=True, slots=True)
class SrvRecord:
    """One `_minecraft._tcp` record; `host` is as the record spells it, still to be vetted."""

    priority: int
    weight: int
    port: int
    host: str


class Resolver(Protocol):
    """Looks names up. Answers are untrusted; empty means the name has none of that kind."""

    async def srv(self, name: str) -> Sequence[SrvRecord]:
        """The SRV records of a name. Raises `ResolverError`."""
        ...

    async def addresses(self, host: str) -> Sequence[IPAddress]:
        """The addresses of a host, IPv4 first. Raises `ResolverError`."""
        ...

    def forget(self, host: str) -> None:
        """Remember nothing of where a host leads: nobody answered there."""
        ...


def service_name(host: str) -> str:
    """What is asked for the SRV records of a host."""
    return f"_minecraft._tcp.{host}"


def pick(records: Sequence[SrvRecord], draw: Callable[[int], int]) -> SrvRecord:
    """One record of the lowest priority, drawn by weight (RFC 2782).

    `draw(n)` returns an integer of 0..n-1; `records` is not empty.
    """
    first = min(record.priority for record in records)
    group = [record for record in records if record.priority == first]
    total = sum(record.weight for record in group)
    if total == 0:
        return group[draw(len(group))]
    ticket = draw(total)
    for record in group:
        ticket -= record.weight
        if ticket < 0:
            break
    return record


class CachingResolver:
    """Remembers another resolver's answers in this process; threads and their loops share it.

    An answer holds for `seconds`, or until it led to nobody (`forget`). After that it serves for a
    while yet if the DNS fails: our trouble to find a server is none of the server's. That a name is
    not there is an answer like others, not a failure. Failures are not kept.
    """

    def __init__(
        self,
        inner: Resolver,
        seconds: float = 3600.0,
        size: int = 20_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._srv: _Memory[Sequence[SrvRecord]] = _Memory(inner.srv, seconds, size, clock)
        self._addresses: _Memory[Sequence[IPAddress]] = _Memory(
            inner.addresses, seconds, size, clock
        )

    async def srv(self, name: str) -> Sequence[SrvRecord]:
        return await self._srv.get(name)

    async def addresses(self, host: str) -> Sequence[IPAddress]:
        return await self._addresses.get(host)

    def forget(self, host: str) -> None:
        self._addresses.expire(host)
        for record in self._srv.expire(service_name(host)) or ():
            self._addresses.expire(record.host.lower())


@dataclass(slots=True)
class _Answer(Generic[T]):
    value: T
    given: float
    holds_until: float


class _Memory(Generic[T]):
    """Answers by name; the oldest leave when it is full."""

    def __init__(
        self,
        ask: Callable[[str], Awaitable[T]],
        seconds: float,
        size: int,
        clock: Callable[[], float],
    ) -> None:
        self._ask, self._seconds, self._size, self._clock = ask, seconds, size, clock
        self._kept: OrderedDict[str, _Answer[T]] = OrderedDict()
        self._changing = threading.Lock()
        self._asked: dict[tuple[object, str], asyncio.Future[tuple[T] | None]] = {}

    async def get(self, name: str) -> T:
        kept, now = self._kept.get(name), self._clock()
        if kept is None or now - kept.given >= _SERVES:
            return await self._once(name)
        if now < kept.holds_until:
            return kept.value
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._once(name)
        except (ResolverError, TimeoutError):
            return kept.value

    def expire(self, name: str) -> T | None:
        """Ask anew at the next look-up. Returns what was remembered."""
        kept = self._kept.get(name)
        if kept is None:
            return None
        kept.holds_until = kept.given
        return kept.value

    async def _once(self, name: str) -> T:
        """Ask, or wait for who asks in this loop already. Raises `ResolverError`."""
        loop = asyncio.get_running_loop()
        asked = self._asked.get((loop, name))
        if asked is not None:
            told = await asyncio.shield(asked)
            if told is None:
                raise ResolverError(name)
            return told[0]
        asked = self._asked[loop, name] = loop.create_future()
        try:
            value = await self._ask(name)
            asked.set_result((value,))
        finally:
            del self._asked[loop, name]
            if not asked.done():
                asked.set_result(None)
        self._keep(name, value)
        return value

    def _keep(self, name: str, value: T) -> None:
        now = self._clock()
        with self._changing:
            self._kept[name] = _Answer(value, now, now + self._seconds)
            self._kept.move_to_end(name)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
