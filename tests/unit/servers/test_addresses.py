"""Which addresses a server may be listed with."""

from ipaddress import ip_network
from typing import Any

import pytest

from firstspawn.errors import Invalid
from firstspawn.servers.addresses import vetted

LOOPBACK = ip_network("127.0.0.0/8")


def _wrong_field(game: str = "MINECRAFT", **given: Any) -> str:
    with pytest.raises(Invalid) as refused:
        vetted(game, {"ip": "play.example.com", **given}, [])
    (error,) = refused.value.extensions["errors"]
    return str(error["field"])


@pytest.mark.parametrize(
    ("game", "given", "edition"),
    [
        ("MINECRAFT", None, "JAVA"),
        ("MINECRAFT", "BEDROCK", "BEDROCK"),
        ("HYTALE", None, "HYTALE"),
        ("HYTALE", "HYTALE", "HYTALE"),
    ],
)
def test_the_edition_follows_the_game(game: str, given: str | None, edition: str) -> None:
    assert vetted(game, {"ip": "play.example.com", "edition": given}, []).edition == edition


@pytest.mark.parametrize(("game", "edition"), [("MINECRAFT", "HYTALE"), ("HYTALE", "JAVA")])
def test_an_edition_of_the_other_game_is_refused(game: str, edition: str) -> None:
    assert _wrong_field(game, edition=edition) == "edition"


def test_hosts_are_stored_in_one_spelling() -> None:
    found = vetted("MINECRAFT", {"ip": " Play.EXAMPLE.com ", "bedrockIp": "bücher.example.com"}, [])

    assert (found.ip, found.bedrockIp) == ("play.example.com", "xn--bcher-kva.example.com")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "localhost",
        "x.localhost",
        "[::1]",
        "::1",
        "play",
        "play.example.com:25565",
        "http://play.example.com",
        "127.1",
        "a b.example.com",
        " ",
    ],
)
def test_hosts_that_lead_inside_or_nowhere_are_refused(host: str) -> None:
    assert _wrong_field(ip=host) == "ip"
    assert _wrong_field(bedrockIp=host.strip() or "-") == "bedrockIp"


def test_a_stack_may_allow_its_own_network() -> None:
    given = {"ip": "emerald.play.localhost", "bedrockIp": "127.0.0.1", "port": 25601}

    assert vetted("MINECRAFT", given, [LOOPBACK]).ip == "emerald.play.localhost"


@pytest.mark.parametrize("port", [22, 80, 443, 1023, 3306, 6379])
def test_ports_of_other_services_are_refused(port: int) -> None:
    assert _wrong_field(port=port) == "port"
    assert _wrong_field(bedrockIp="be.example.com", bedrockPort=port) == "bedrockPort"


def test_a_second_address_is_for_java_servers() -> None:
    assert _wrong_field(edition="BEDROCK", bedrockIp="be.example.com") == "bedrockIp"
    assert _wrong_field("HYTALE", bedrockIp="be.example.com") == "bedrockIp"


def test_a_second_port_needs_a_second_host() -> None:
    assert _wrong_field(bedrockPort=19133) == "bedrockPort"
