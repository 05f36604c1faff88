"""Choosing among SRV records, and remembering answers."""

import asyncio
from collections import Counter

import pytest

from firstspawn.clients.gameservers.resolver import (
    CachingResolver,
    ResolverError,
    SrvRecord,
    pick,
)
from tests.support.gameservers import FakeResolver


class Seconds:
    """A clock of plain seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_weights_share_the_tickets_of_the_lowest_priority() -> None:
    records = [
        SrvRecord(5, 1000, 1, "backup"),
        SrvRecord(1, 3, 1, "big"),
        SrvRecord(1, 1, 1, "small"),
        SrvRecord(1, 0, 1, "never"),
    ]

    drawn = Counter(pick(records, lambda _, n=n: n).host for n in range(4))  # type: ignore[misc]

    assert drawn == {"big": 3, "small": 1}


def test_without_weights_every_record_has_its_turn() -> None:
    records = [SrvRecord(1, 0, 1, "a"), SrvRecord(1, 0, 1, "b")]

    assert pick(records, lambda many: many - 1).host == "b"


def test_an_answer_is_asked_for_once_until_it_is_old() -> None:
    clock, inner = Seconds(), FakeResolver({"a.example.com": ["1.1.1.1"]})
    resolver = CachingResolver(inner, seconds=300, clock=clock)

    async def ask() -> None:
        await resolver.addresses("a.example.com")
        await resolver.srv("_minecraft._tcp.a.example.com")

    asyncio.run(ask())
    asyncio.run(ask())
    assert inner.asked == ["a.example.com", "_minecraft._tcp.a.example.com"]

    clock.now = 300
    asyncio.run(ask())
    assert len(inner.asked) == 4


def test_failures_are_not_remembered() -> None:
    inner = FakeResolver({"a.example.com": ["1.1.1.1"]}, broken=["a.example.com"])
    resolver = CachingResolver(inner)
    with pytest.raises(ResolverError):
        asyncio.run(_addresses(resolver))

    inner.broken.clear()

    assert asyncio.run(_addresses(resolver)) == ["1.1.1.1"]


def test_the_oldest_answers_leave_a_full_memory() -> None:
    inner = FakeResolver()
    resolver = CachingResolver(inner, size=2)

    async def ask(*names: str) -> None:
        for name in names:
            await resolver.addresses(name)

    asyncio.run(ask("a", "b", "c", "c", "b", "a"))

    assert inner.asked == ["a", "b", "c", "a"]


async def _addresses(resolver: CachingResolver) -> list[str]:
    return [str(address) for address in await resolver.addresses("a.example.com")]
