"""The newcomer's story: from a form to a server that others find, online, with its players."""

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from infra.local.handle import StackHandle
from tests.e2e.players import Player, eventually, newcomer
from tests.support import gamepeers

pytestmark = pytest.mark.e2e

_PORT = 25960
_LISTING = {
    "gameType": "MINECRAFT",
    "name": "Skyreach Isles",
    "shortDescription": "Islands in the sky, and nothing below",
    "ip": "127.0.0.1",
    "port": _PORT,
    "tags": ["survival"],
    "region": "EU",
    "language": "en",
}


def _found(player: Player, **query: str) -> list[dict[str, Any]]:
    answer = player.call("GET", "/servers", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def _hit(player: Player, server: str, **query: str) -> dict[str, Any] | None:
    return next((one for one in _found(player, **query) if one["id"] == server), None)


def _shown_with(player: Player, server: str, players: int) -> dict[str, Any] | None:
    view: dict[str, Any] = player.call("GET", f"/servers/{server}").json()
    return view if view["isOnline"] and view["playerCount"] == players else None


@pytest.mark.node
@pytest.mark.timeout(240)
@pytest.mark.skipif(gamepeers.missing() is not None, reason=str(gamepeers.missing()))
def test_a_newcomer_lists_a_server_and_others_find_it(stack: StackHandle) -> None:
    # Given a player who registered and followed the mailed link
    owner = newcomer(stack)
    with gamepeers.java_server(_PORT, online=7, maximum=50, motd="Hello"):
        # When the player lists a real Minecraft server
        listed = owner.call("POST", "/servers", _LISTING)
        assert listed.status_code == 201, listed.text
        server = listed.json()
        # Then it is checked at once and shown online with its players
        shown = eventually(lambda: _shown_with(owner, server["id"], 7), "the first check")
        assert shown["maxPlayers"] == 50
        assert shown["slug"] == "skyreach-isles"
        # And everybody finds it by name, by tag and by the beginning of its name
        guest = Player(stack)
        for query in ({"q": "Skyreach Isles"}, {"tags": "survival"}, {"q": "skyr"}):
            look = partial(_hit, guest, server["id"], online="true", **query)
            assert eventually(look, f"finding it by {query}")["playerCount"] == 7
    # And when more players join, the next scheduled round shows them
    with gamepeers.java_server(_PORT, online=23, maximum=50, motd="Hello"):
        _schedule_next_round(stack)
        eventually(lambda: _shown_with(owner, server["id"], 23), "the scheduled round", 60)
        eventually(
            lambda: _found(guest, q="skyreach", sort="playerCount")[0]["playerCount"] == 23,
            "the index following the round",
        )


def _schedule_next_round(stack: StackHandle) -> None:
    """Have the schedule fire for a minute in which the first roster is due.

    The rule itself fires every minute (see the test below); a roster's turn comes every fifth, and
    a turn that was taken is not taken again, hence one that lies ahead.
    """
    started = datetime.now(UTC)
    time.sleep(61 - started.second)
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    due = minute + timedelta(minutes=5 - minute.minute % 5)
    stack.invoke("uptime_schedule", {"time": due.isoformat()})


def test_the_schedule_fires_by_itself(stack: StackHandle) -> None:
    # Given the deployed rule, when a minute passes, then its function has run
    if stack.log is None:
        pytest.skip("only the embedded stack's log is at hand")
    log = stack.log
    eventually(lambda: "uptime scheduled" in log.read_text(), "a scheduled invocation", 75)


def test_an_unverified_player_cannot_list_a_server(stack: StackHandle) -> None:
    # Given a player who has not followed the link
    player = Player(stack)
    assert player.register().status_code == 202
    player.login()
    # When it lists a server, then it is told why not
    answer = player.call("POST", "/servers", _LISTING)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "email_not_verified"


def test_unknown_paths_and_methods_are_answered_by_the_api_itself(stack: StackHandle) -> None:
    guest = Player(stack)

    missing, wrong = guest.call("GET", "/nothing/here"), guest.call("PUT", "/servers")

    assert (missing.status_code, missing.json()["code"]) == (404, "route_not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert guest.call("HEAD", "/tags").text == ""
