"""A plugin's day over both doors, spoken by the reference clients in Python and Java."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from clients.python.firstspawn_plugin import Credentials, PluginClient, Refused
from infra.local.handle import StackHandle
from tests.e2e.players import Player, eventually, newcomer

pytestmark = pytest.mark.e2e

JAVA = Path(__file__).parents[2] / "clients/java"
NOTCH = "069a79f4-44e9-4726-a5be-fca90e38aaf5"
_LISTING = {"gameType": "HYTALE", "name": "Orbis Reach", "ip": "orbis.example.com"}


@pytest.fixture(scope="module")
def owner(stack: StackHandle) -> Player:
    return newcomer(stack)


@pytest.fixture(scope="module")
def server(owner: Player) -> str:
    listed = owner.call("POST", "/servers", _LISTING)
    assert listed.status_code == 201, listed.text
    return str(listed.json()["id"])


def issue(owner: Player, server: str) -> dict[str, Any]:
    """New credentials."""
    answer = owner.call("POST", f"/servers/{server}/plugin/credentials", {"name": "e2e"})
    assert answer.status_code == 201, answer.text
    issued: dict[str, Any] = answer.json()
    return issued


@pytest.mark.parametrize("door", ["function url", "api gateway"])
@pytest.mark.parametrize("version", [1, 2])
def test_a_plugin_verifies_reports_and_asks(
    stack: StackHandle, owner: Player, server: str, door: str, version: int
) -> None:
    # Given
    issued = issue(owner, server)
    credentials = Credentials(issued["apiKey"], issued["apiSecret"])
    url = stack.plugin_url if door == "function url" else stack.api_url
    client, who = PluginClient(url, credentials, version=version), str(uuid4())
    # When
    verified = client.verify("1.0.0", "2026.1")
    beat = client.heartbeat([who], most=80, tps=19.9)
    # Then
    assert (verified["serverId"], verified["status"]) == (server, "ACTIVE")
    assert beat["counted"] is True
    assert client.check(who, "Notch") is None
    end = datetime.now(UTC)
    played = {"uuid": who, "name": "Notch", "afkSeconds": 10,
        "from": (end - timedelta(minutes=2)).isoformat(), "to": end.isoformat()}  # fmt: skip
    first, again = client.sync([played]), client.sync([played])
    assert (first["activeSeconds"] + first["afkSeconds"], first["afkSeconds"]) == (120, 10)
    assert again["reasons"] == {"already_counted": 1}
    assert abs(client.skew) < 60
    # And people see it
    status = owner.call("GET", f"/servers/{server}/status").json()
    assert (status["isOnline"], status["playerCount"]) == (True, 1)
    assert owner.call("GET", f"/servers/{server}").json()["isVerified"] is True
    (listed,) = [
        one for one in owner.call("GET", f"/servers/{server}/plugin/credentials").json()["items"]
        if one["id"] == issued["plugin"]["id"]
    ]  # fmt: skip
    assert listed["totalPlaytime"] == 1
    path = f"/servers/{server}/plugin/credentials/{issued['plugin']['id']}"
    assert owner.call("DELETE", path).status_code == 204


def test_a_code_typed_in_the_game_links_its_player(
    stack: StackHandle, owner: Player, server: str
) -> None:
    # Given
    issued, player = issue(owner, server), newcomer(stack)
    client = PluginClient(stack.plugin_url, Credentials(issued["apiKey"], issued["apiSecret"]))
    client.verify("1.0.0", "2026.1")
    code = player.call("POST", "/identities/link/hytale", {}).json()["code"]
    # When
    assert client.claim(code, NOTCH, "Notch")["linked"] is True
    # Then
    (identity,) = player.call("GET", "/identities").json()["items"]
    assert (identity["platform"], identity["scopeServerId"]) == ("HYTALE", server)


@pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK: javac is not there")
@pytest.mark.parametrize("door", ["function url", "api gateway"])
def test_the_java_client_reports_a_server(
    stack: StackHandle, owner: Player, server: str, door: str, tmp_path: Path
) -> None:
    # Given
    issued = issue(owner, server)
    url = stack.plugin_url if door == "function url" else stack.api_url
    sources = sorted(map(str, (JAVA / "src/main").rglob("*.java")))
    compiled = tmp_path / "classes"
    subprocess.run(["javac", "-d", str(compiled), *sources], check=True, timeout=120)
    main = ["java", "-cp", str(compiled), "com.firstspawn.plugin.Example", url]
    # When
    said = subprocess.run(
        [*main, issued["apiKey"], issued["apiSecret"], str(tmp_path)],
        check=True, capture_output=True, text=True, timeout=120,
    ).stdout  # fmt: skip
    # Then
    lines = dict(line.split(" ", 1) for line in said.splitlines())
    assert '"status":"ACTIVE"' in lines["verify"]
    assert '"counted":true' in lines["heartbeat"]
    assert lines["sent"] == "1"
    assert lines["handover"] == "null"
    path = f"/servers/{server}/plugin/credentials"
    eventually(
        lambda: [one for one in owner.call("GET", path).json()["items"]
                 if one["id"] == issued["plugin"]["id"] and one["lastHeartbeat"]],
        "the heartbeat",
    )  # fmt: skip


def test_a_deleted_servers_plugin_is_turned_away_at_both_doors(
    stack: StackHandle, owner: Player
) -> None:
    # Given a server with a plugin that is alive
    listed = owner.call("POST", "/servers", {**_LISTING, "name": "Orbis Lost"}).json()
    issued = issue(owner, listed["id"])
    credentials = Credentials(issued["apiKey"], issued["apiSecret"])
    doors = [PluginClient(url, credentials) for url in (stack.plugin_url, stack.api_url)]
    doors[0].verify("1.0.0", "2026.1")
    assert doors[1].heartbeat([NOTCH], most=80)["counted"] is True
    # When the stream and the reactions have told of it
    assert owner.call("DELETE", f"/servers/{listed['id']}").status_code == 204

    def refused(client: PluginClient) -> bool:
        try:
            client.heartbeat([NOTCH], most=80)
        except Refused as refusal:
            return (refusal.code, refusal.problem["reason"]) == (
                "revoked", "the server was deleted"
            )  # fmt: skip
        return False

    # Then
    for client in doors:
        eventually(partial(refused, client), "the refusal")
