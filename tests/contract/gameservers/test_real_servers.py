"""What real servers say, and what mcstatus makes of it: our pinger says the same."""

import asyncio

import pytest
from mcstatus import BedrockServer, JavaServer

from firstspawn.clients.gameservers import Edition, PingResult, Target
from firstspawn.clients.gameservers.pinger import Pinger
from tests.contract.gameservers.conftest import STYLED_PORT
from tests.support import gamepeers
from tests.support.gameservers import LOOPBACK, favicon, png

pytestmark = [pytest.mark.node, pytest.mark.timeout(400)]


def ping(port: int, edition: Edition) -> PingResult:
    target = Target("play.localhost", port, edition)
    return Pinger(allow=LOOPBACK).ping_all({1: target}, deadline=10)[1]


def test_a_java_server_is_seen_as_mcstatus_sees_it(java_port: int) -> None:
    ours = ping(java_port, Edition.JAVA)
    theirs = JavaServer("127.0.0.1", java_port).status()

    assert ours.online
    assert (
        (ours.players, ours.max_players) == (theirs.players.online, theirs.players.max) == (7, 50)
    )
    assert ours.version == theirs.version.name == "1.20.4"
    assert ours.motd == theirs.motd.to_plain() == "Hello World"
    assert ours.latency_ms is not None


def test_a_bedrock_server_is_seen_as_mcstatus_sees_it(bedrock_port: int) -> None:
    ours = ping(bedrock_port, Edition.BEDROCK)
    # Its synchronous call leaks its socket.
    theirs = asyncio.run(BedrockServer("127.0.0.1", bedrock_port).async_status())

    assert ours.online
    assert (
        (ours.players, ours.max_players) == (theirs.players.online, theirs.players.max) == (0, 30)
    )
    assert ours.version == theirs.version.name == "1.21.50"
    assert ours.motd == theirs.motd.to_plain() == "Bay"


def test_a_hundred_at_once_all_get_their_answer(java_port: int) -> None:
    targets = {n: Target("127.0.0.1", java_port, Edition.JAVA) for n in range(100)}

    results = Pinger(allow=LOOPBACK, per_ping_timeout=20).ping_all(targets, deadline=30)

    assert {(result.online, result.players) for result in results.values()} == {(True, 7)}


def test_another_version_with_an_icon_and_an_ampersand(node: None) -> None:
    picture = png(padding=4000)
    options = {"motd": "Q&A §6night", "version": "1.8.9", "icon": favicon(picture)}
    with gamepeers.java_server(STYLED_PORT, online=0, maximum=1, **options) as port:
        ours = ping(port, Edition.JAVA)
        theirs = asyncio.run(JavaServer("127.0.0.1", port).async_status())

    assert (ours.motd, ours.version) == ("Q&A night", theirs.version.name)
    assert (ours.players, ours.max_players) == (0, 1)
    assert ours.icon == picture


def test_a_server_that_stopped_is_offline(java_port: int, node: None) -> None:
    assert not ping(STYLED_PORT, Edition.JAVA).online
    assert not ping(STYLED_PORT, Edition.BEDROCK).online
