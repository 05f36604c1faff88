"""Hosts, addresses and ports: what is let through, and every known way around it."""

import ipaddress
import subprocess
import sys

import pytest

from firstspawn.clients.gameservers import (
    HostError,
    is_pingable,
    is_pingable_port,
    vet_endpoint,
    vet_host,
)
from firstspawn.clients.gameservers.addresses import networks


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("play.example.com", "play.example.com"),
        ("PLAY.Example.COM", "play.example.com"),
        ("mc-1.example.co.uk", "mc-1.example.co.uk"),
        ("spiel.bücher.example", "spiel.xn--bcher-kva.example"),
        ("Spiel.BÜCHER.example", "spiel.xn--bcher-kva.example"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("localhost", "localhost"),
        ("a.play.localhost", "a.play.localhost"),
        ("93.184.216.34", "93.184.216.34"),
        ("2606:4700::1111", "2606:4700::1111"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_a_name_or_a_canonical_address_is_stored_in_one_spelling(typed: str, stored: str) -> None:
    assert vet_host(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "127.0.0.01",
        "0",
        "1.2.3.4.5",
        "1.2.3.256",
        "::ffff:7f00:1",
        "::ffff:127.0.0.1",
        "0:0:0:0:0:0:0:1",
        "2606:4700:0::1111",
        "fe80::1%eth0",
        "[::1]",
        "\uff11\uff12\uff17.0.0.1",
        "①27.0.0.1",
        "127。0。0。1",
        "example",
        "example.com.",
        ".example.com",
        "a..example.com",
        "-a.example.com",
        "a-.example.com",
        "a_b.example.com",
        "example.123",
        "example.0x7f",
        "user@example.com",
        "example.com:25565",
        "example.com/path",
        "exa mple.com",
        "example.com\n",
        "exam\x00ple.com",
        "xn--a.example.com",
        "☃.\u202eexample",
        "a" * 64 + ".example.com",
        ".".join(["a" * 60] * 5) + ".com",
        "é" * 300 + ".example",
        "",
        " ",
    ],
)
def test_everything_else_is_refused_with_a_safe_reason(typed: str) -> None:
    with pytest.raises(HostError, match=r"^(must be|is) [a-zA-Z0-9 ,.]+$"):
        vet_host(typed)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_what_is_not_public_unicast_is_never_pinged(address: str) -> None:
    assert not is_pingable(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "::ffff:93.184.216.34", "2606:4700::1111", "2a00::1"]
)
def test_public_addresses_are_pinged(address: str) -> None:
    assert is_pingable(ipaddress.ip_address(address))


def test_an_address_with_a_zone_is_never_pinged() -> None:
    assert not is_pingable(ipaddress.ip_address("2606:4700::1111%1"))


def test_an_allowed_network_lets_its_addresses_through_and_no_others() -> None:
    allow = networks(["127.0.0.0/8"])

    assert is_pingable(ipaddress.ip_address("127.0.0.1"), allow)
    assert is_pingable(ipaddress.ip_address("::ffff:127.0.0.1"), allow)
    assert not is_pingable(ipaddress.ip_address("::1"), allow)
    assert not is_pingable(ipaddress.ip_address("10.0.0.1"), allow)


@pytest.mark.parametrize("port", [0, -1, 22, 25, 53, 80, 443, 1023, 3306, 6379, 9200, 11211, 65536])
def test_services_ports_are_refused(port: int) -> None:
    assert not is_pingable_port(port)


@pytest.mark.parametrize("port", [1024, 19132, 25565, 25601, 65535])
def test_game_ports_are_allowed(port: int) -> None:
    assert is_pingable_port(port)


@pytest.mark.parametrize(
    ("host", "port"),
    [("127.0.0.1", None), ("localhost", None), ("a.localhost", 25565), ("play.example.com", 22)],
)
def test_an_endpoint_that_cannot_be_public_is_refused_before_any_look_up(
    host: str, port: int | None
) -> None:
    with pytest.raises(HostError):
        vet_endpoint(host, port)


def test_a_local_stack_may_list_local_endpoints() -> None:
    allow = networks(["127.0.0.0/8"])

    assert vet_endpoint("A.play.localhost", 25601, allow) == "a.play.localhost"
    assert vet_endpoint("play.example.com", None) == "play.example.com"


def test_importing_the_package_stays_light() -> None:
    """Request handlers validate addresses with it: they must not pay for the pinging."""
    code = (
        "import sys, firstspawn.clients.gameservers\n"
        "print([m for m in ('asyncio', 'dns', 'idna', 'mcstatus') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_paths()
    )

    assert done.stdout.strip() == "[]"


def _paths() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(path for path in sys.path if path)}
