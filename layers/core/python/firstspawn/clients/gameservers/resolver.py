"""Names to addresses, ours to ask so that what is vetted is what is connected to."""

import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from firstspawn.clients.gameservers.addresses import IPAddress

T = TypeVar("T")

MAX_ANSWERS: Final = 16


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
    """Remembers another resolver's answers in this process for a while; failures are not kept."""

    def __init__(
        self,
        inner: Resolver,
        seconds: float = 300.0,
        size: int = 20_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._seconds = seconds
        self._clock = clock
        self._srv: _Memory[Sequence[SrvRecord]] = _Memory(size)
        self._addresses: _Memory[Sequence[IPAddress]] = _Memory(size)

    async def srv(self, name: str) -> Sequence[SrvRecord]:
        return await self._srv.get(name, self._inner.srv, self._clock(), self._seconds)

    async def addresses(self, host: str) -> Sequence[IPAddress]:
        return await self._addresses.get(host, self._inner.addresses, self._clock(), self._seconds)


class _Memory(Generic[T]):
    """Answers by name with the time they were given; the oldest leave when it is full.

    Threads share it.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._changing = threading.Lock()

    async def get(
        self, name: str, ask: Callable[[str], Awaitable[T]], now: float, seconds: float
    ) -> T:
        kept = self._kept.get(name)
        if kept is not None and now - kept[0] < seconds:
            return kept[1]
        answer = await ask(name)
        with self._changing:
            self._kept[name] = (now, answer)
            self._kept.move_to_end(name)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return answer
