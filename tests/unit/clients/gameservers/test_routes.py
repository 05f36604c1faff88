"""From a typed address to vetted ones: SRV, rebinding, names that lead inside."""

import asyncio
import ipaddress

import pytest

from firstspawn.clients.gameservers import Edition, Failure, Target
from firstspawn.clients.gameservers.models import PingError
from firstspawn.clients.gameservers.resolver import Resolver, SrvRecord
from firstspawn.clients.gameservers.routes import Route, find_route
from tests.support.gameservers import LOOPBACK, FakeResolver

PUBLIC = "93.184.216.34"
SERVICE = "_minecraft._tcp.play.example.com"


def route(
    resolver: Resolver,
    host: str = "play.example.com",
    port: int | None = None,
    edition: Edition = Edition.JAVA,
) -> Route:
    return asyncio.run(find_route(Target(host, port, edition), resolver, (), lambda _: 0))


def failure(resolver: Resolver, host: str = "play.example.com", port: int | None = None) -> Failure:
    with pytest.raises(PingError) as raised:
        route(resolver, host, port)
    return raised.value.failure


def test_a_name_without_srv_is_reached_at_the_default_port() -> None:
    found = route(FakeResolver({"play.example.com": [PUBLIC]}))

    assert found == Route("play.example.com", 25565, (ipaddress.ip_address(PUBLIC),))


@pytest.mark.parametrize("port", [None, 25565])
def test_srv_moves_the_connection_and_keeps_the_name_that_was_typed(port: int | None) -> None:
    resolver = FakeResolver({"node1.example.net": [PUBLIC]}, {SERVICE: [_srv("node1.example.net")]})

    found = route(resolver, port=port)

    assert (found.host, found.port) == ("play.example.com", 25570)


def test_an_unusual_port_asks_for_no_srv() -> None:
    resolver = FakeResolver({"play.example.com": [PUBLIC]}, {SERVICE: [_srv("node1.example.net")]})

    assert route(resolver, port=25566).port == 25566
    assert resolver.asked == ["play.example.com"]


@pytest.mark.parametrize(
    ("host", "edition"), [(PUBLIC, Edition.JAVA), ("play.example.com", Edition.BEDROCK)]
)
def test_literals_and_bedrock_ask_for_no_srv(host: str, edition: Edition) -> None:
    resolver = FakeResolver({"play.example.com": [PUBLIC]})

    assert route(resolver, host, edition=edition).port == edition.default_port
    assert SERVICE not in resolver.asked


def test_the_lowest_priority_wins() -> None:
    resolver = FakeResolver(
        {"first.example.net": [PUBLIC]},
        {SERVICE: [_srv("later.example.net", priority=9), _srv("first.example.net", priority=1)]},
    )

    assert route(resolver).addresses == (ipaddress.ip_address(PUBLIC),)
    assert "later.example.net" not in resolver.asked


def test_a_dns_that_drops_srv_questions_does_not_hide_the_server() -> None:
    resolver = FakeResolver({"play.example.com": [PUBLIC]}, broken=[SERVICE])

    assert route(resolver).port == 25565


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (("169.254.169.254", 25565), Failure.FORBIDDEN_ADDRESS),
        (("127.0.0.1", 25565), Failure.FORBIDDEN_ADDRESS),
        (("localhost", 25565), Failure.FORBIDDEN_ADDRESS),
        (("metadata.example.net", 25565), Failure.FORBIDDEN_ADDRESS),
        (("2130706433", 25565), Failure.FORBIDDEN_ADDRESS),
        (("not a name", 25565), Failure.FORBIDDEN_ADDRESS),
        (("good.example.net", 22), Failure.FORBIDDEN_PORT),
        (("good.example.net", 0), Failure.FORBIDDEN_PORT),
        (("gone.example.net", 25565), Failure.UNRESOLVABLE),
    ],
)
def test_an_srv_record_cannot_lead_inside(record: tuple[str, int], expected: Failure) -> None:
    resolver = FakeResolver(
        {"metadata.example.net": ["169.254.169.254"], "good.example.net": [PUBLIC]},
        {SERVICE: [SrvRecord(0, 0, record[1], record[0])]},
    )

    assert failure(resolver) is expected


@pytest.mark.parametrize("address", ["10.0.0.7", "::1", "::ffff:10.0.0.7", "fd00:ec2::254"])
def test_a_name_cannot_lead_inside(address: str) -> None:
    assert failure(FakeResolver({"play.example.com": [address]})) is Failure.FORBIDDEN_ADDRESS


def test_a_rebound_name_is_vetted_again_at_every_ping() -> None:
    resolver = FakeResolver({"play.example.com": [PUBLIC]})
    assert route(resolver).addresses == (ipaddress.ip_address(PUBLIC),)

    resolver.table["play.example.com"] = ["127.0.0.1"]

    assert failure(resolver) is Failure.FORBIDDEN_ADDRESS


def test_only_the_public_ones_of_mixed_addresses_are_kept() -> None:
    found = route(FakeResolver({"play.example.com": ["127.0.0.1", PUBLIC, "10.0.0.1"]}))

    assert found.addresses == (ipaddress.ip_address(PUBLIC),)


def test_what_does_not_resolve_says_so() -> None:
    assert failure(FakeResolver()) is Failure.UNRESOLVABLE
    assert failure(FakeResolver(broken=["play.example.com"])) is Failure.UNRESOLVABLE


def test_bad_hosts_and_ports_never_reach_the_dns() -> None:
    resolver = FakeResolver()

    assert failure(resolver, "0x7f000001") is Failure.INVALID_HOST
    assert failure(resolver, PUBLIC, 22) is Failure.FORBIDDEN_PORT
    assert resolver.asked == []


def test_local_names_are_loopback_without_dns_and_still_need_to_be_allowed() -> None:
    resolver = FakeResolver()

    assert failure(resolver, "a.play.localhost") is Failure.FORBIDDEN_ADDRESS
    found = asyncio.run(
        find_route(Target("a.play.localhost", 25601, Edition.JAVA), resolver, LOOPBACK, lambda _: 0)
    )
    assert found == Route("a.play.localhost", 25601, (ipaddress.ip_address("127.0.0.1"),))
    assert resolver.asked == []


def _srv(host: str, priority: int = 0) -> SrvRecord:
    return SrvRecord(priority, 0, 25570, host)
