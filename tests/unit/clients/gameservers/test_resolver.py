"""Choosing among SRV records, and remembering answers."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence

import pytest

from firstspawn.clients.gameservers import Edition, Failure, Target
from firstspawn.clients.gameservers.addresses import IPAddress
from firstspawn.clients.gameservers.models import PingError
from firstspawn.clients.gameservers.resolver import (
    CachingResolver,
    ResolverError,
    SrvRecord,
    pick,
)
from firstspawn.clients.gameservers.routes import find_route
from tests.support.gameservers import FakeResolver


class Seconds:
    """A clock of plain seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class SilentResolver(FakeResolver):
    """Does not answer at all where others say that they failed."""

    async def addresses(self, host: str) -> Sequence[IPAddress]:
        try:
            return await super().addresses(host)
        except ResolverError:
            await asyncio.sleep(60)
            raise


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


def test_what_led_to_nobody_is_asked_for_again() -> None:
    # Given a name, and the one its service is at
    service = "_minecraft._tcp.play.example.com"
    inner = FakeResolver(srv={service: [SrvRecord(0, 0, 25570, "Node.example.net")]})
    resolver = CachingResolver(inner)

    async def ask() -> None:
        await resolver.srv(service)
        await resolver.addresses("node.example.net")
        await resolver.addresses("other.example.com")

    # When both were answered, and nobody was there
    asyncio.run(ask())
    resolver.forget("play.example.com")
    resolver.forget("unknown.example.com")
    inner.asked.clear()
    asyncio.run(ask())

    # Then both are asked for again, and nothing else
    assert inner.asked == [service, "node.example.net"]


@pytest.mark.parametrize("inner", [FakeResolver, SilentResolver])
def test_an_old_answer_serves_while_the_dns_fails(inner: type[FakeResolver]) -> None:
    # Given an answer that is old, or led to nobody, and a DNS that fails since
    clock, dns = Seconds(), inner({"a.example.com": ["1.1.1.1"]})
    resolver = CachingResolver(dns, clock=clock)
    assert asyncio.run(_addresses(resolver)) == ["1.1.1.1"]
    dns.broken.add("a.example.com")
    resolver.forget("a.example.com")

    # When it is asked, then the answer serves, and quickly
    began = time.monotonic()
    assert asyncio.run(_addresses(resolver)) == ["1.1.1.1"]
    assert time.monotonic() - began < 5
    assert dns.asked == ["a.example.com"] * 2

    # But not for ever
    clock.now = 3 * 3600
    with pytest.raises((ResolverError, TimeoutError)):
        asyncio.run(_addresses(resolver, within=1))


def test_a_name_that_is_gone_is_an_answer() -> None:
    clock, inner = Seconds(), FakeResolver({"a.example.com": ["1.1.1.1"]})
    resolver = CachingResolver(inner, clock=clock)
    asyncio.run(_addresses(resolver))

    inner.table.clear()
    clock.now = 3600

    assert asyncio.run(_addresses(resolver)) == []


def test_an_old_answer_that_leads_inside_is_refused_like_a_new_one() -> None:
    clock, inner = Seconds(), FakeResolver({"a.example.com": ["10.0.0.7"]})
    resolver = CachingResolver(inner, clock=clock)
    target = Target("a.example.com", 25566, Edition.JAVA)

    for now, broken in ((0, False), (60, False), (3600, True)):
        clock.now = now
        inner.broken = {"a.example.com"} if broken else set()
        with pytest.raises(PingError) as refused:
            asyncio.run(find_route(target, resolver, (), lambda _: 0))
        assert refused.value.failure is Failure.FORBIDDEN_ADDRESS


@pytest.mark.parametrize("is_broken", [False, True])
def test_who_asks_for_the_same_name_at_once_shares_the_answer(is_broken: bool) -> None:
    # Given a DNS that takes its time
    class Slow(FakeResolver):
        async def addresses(self, host: str) -> Sequence[IPAddress]:
            await asyncio.sleep(0.05)
            return await super().addresses(host)

    broken = ["a.example.com"] if is_broken else []
    inner = Slow({"a.example.com": ["1.1.1.1"]}, broken=broken)
    resolver = CachingResolver(inner)

    async def ask() -> list[object]:
        asked = (_addresses(resolver) for _ in range(50))
        return list(await asyncio.gather(*asked, return_exceptions=True))

    # When fifty servers at one name are asked at once, then it is looked up once
    answers = asyncio.run(ask())
    assert inner.asked == ["a.example.com"]
    if is_broken:
        assert {type(answer) for answer in answers} == {ResolverError}
    else:
        assert answers == [["1.1.1.1"]] * 50


def test_who_gives_up_asking_keeps_nobody_waiting() -> None:
    resolver = CachingResolver(SilentResolver(broken=["a.example.com"]))

    async def ask() -> list[object]:
        first, second = (asyncio.create_task(_addresses(resolver)) for _ in range(2))
        await asyncio.sleep(0.05)
        first.cancel()
        async with asyncio.timeout(10):
            return list(await asyncio.gather(first, second, return_exceptions=True))

    assert [type(one) for one in asyncio.run(ask())] == [asyncio.CancelledError, ResolverError]


async def _addresses(resolver: CachingResolver, within: float = 30) -> list[str]:
    async with asyncio.timeout(within):
        return [str(address) for address in await resolver.addresses("a.example.com")]
