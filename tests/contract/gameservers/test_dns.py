"""The dnspython resolver against a name server on loopback: real questions, real datagrams."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from firstspawn.clients.gameservers.dns_resolver import DnsResolver
from firstspawn.clients.gameservers.resolver import MAX_ANSWERS, ResolverError, SrvRecord

ZONE = {
    ("play.example.com.", "A"): ["93.184.216.34", "93.184.216.35"],
    ("six.example.com.", "AAAA"): ["2606:4700::1111"],
    ("both.example.com.", "A"): ["1.1.1.1"],
    ("both.example.com.", "AAAA"): ["2606:4700::1111"],
    ("many.example.com.", "A"): [f"1.1.{n // 250}.{n % 250}" for n in range(30)],
    ("_minecraft._tcp.play.example.com.", "SRV"): ["1 5 25570 Node1.example.net."],
    ("_minecraft._tcp.none.example.com.", "SRV"): ["0 0 0 ."],
    ("_minecraft._tcp.meta.example.com.", "SRV"): ["0 0 22 169.254.169.254."],
}
BROKEN, SILENT, GARBAGE = "broken.example.com.", "silent.example.com.", "garbage.example.com."


class NameServer(asyncio.DatagramProtocol):
    """Answers from `ZONE`; three names misbehave."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        query = dns.message.from_wire(data)
        name, kind = query.question[0].name.to_text(), query.question[0].rdtype.name
        if name == SILENT:
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name == BROKEN:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in ZONE:
            answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, ZONE[name, kind]))
        elif not any(known == name for known, _ in ZONE):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self.transport.sendto(b"\xff" * 40 if name == GARBAGE else answer.to_wire(), addr)


def ask(question: Callable[[DnsResolver], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
        port = transport.get_extra_info("sockname")[1]
        try:
            return await question(DnsResolver(0.5, nameservers=["127.0.0.1"], port=port))
        finally:
            transport.close()
            await asyncio.sleep(0)

    return asyncio.run(run())


def addresses(host: str) -> list[str]:
    return [str(address) for address in ask(lambda resolver: resolver.addresses(host))]


def srv(name: str) -> list[SrvRecord]:
    return list(ask(lambda resolver: resolver.srv(f"_minecraft._tcp.{name}")))


def test_addresses_are_found_ipv4_first() -> None:
    assert sorted(addresses("play.example.com")) == ["93.184.216.34", "93.184.216.35"]
    assert addresses("both.example.com") == ["1.1.1.1"]
    assert addresses("six.example.com") == ["2606:4700::1111"]


def test_a_name_that_is_not_there_has_no_addresses_and_no_services() -> None:
    assert addresses("gone.example.com") == []
    assert srv("gone.example.com") == []
    assert srv("both.example.com") == []


def test_a_service_record_is_handed_on_as_it_is() -> None:
    assert srv("play.example.com") == [SrvRecord(1, 5, 25570, "Node1.example.net")]
    assert srv("meta.example.com") == [SrvRecord(0, 0, 22, "169.254.169.254")]


def test_a_record_that_says_there_is_no_service_counts_as_none() -> None:
    assert srv("none.example.com") == []


def test_a_long_answer_is_cut() -> None:
    assert len(addresses("many.example.com")) == MAX_ANSWERS


@pytest.mark.parametrize("name", [BROKEN, SILENT, GARBAGE])
def test_no_answer_is_an_error_and_not_an_absence(name: str) -> None:
    with pytest.raises(ResolverError):
        addresses(name.rstrip("."))
