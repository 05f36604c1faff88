"""What people may try to make playtime of nothing with, through the door that plugins use."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from firstspawn.db import keys
from firstspawn.playtime.models import PlayerClock
from firstspawn.playtime.repository import clock_of
from firstspawn.plugins.models import PluginInstance
from firstspawn.wiring import Container
from functions.plugin.door import handler as door
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.http_events import url_event
from tests.support.permissions import under_role
from tests.support.playtime import FakeShelf, fake_shelf, interval, player
from tests.support.plugins import Installed, PluginClient, Plugins

SYNC = "/playtime/sync"


@pytest.fixture(autouse=True)
def shelf(stack: Container) -> FakeShelf:
    return fake_shelf(stack)


@pytest.fixture
def installed(stack: Container) -> Installed:
    return Plugins(stack).active()


@pytest.fixture(params=["api", "door"])
def through(request: pytest.FixtureRequest, client: Client) -> Client:
    """Both doors, each with the role of its function."""
    return client if request.param == "api" else Client(under_role(door, "PluginDoor"), url_event)


@pytest.fixture
def plugin(through: Client, installed: Installed, clock: FrozenClock) -> PluginClient:
    return PluginClient(through, installed.credentials, clock)


@pytest.fixture
def who(request: pytest.FixtureRequest) -> int:
    """A player of this test's alone, and behind it as many as it likes: tests share a table."""
    return int.from_bytes(sha256(request.node.nodeid.encode()).digest()[:8])


def body(*intervals: dict[str, Any]) -> dict[str, Any]:
    return {"players": list(intervals)}


def counted(stack: Container, who: int) -> int:
    key = keys.player_clock("MINECRAFT", player(who))
    found = PlayerClock.find(key, stack.clock(), consistent=True)
    servers = clock_of(found).servers.values() if found else ()
    return sum(played.active + played.afk for played in servers)


def test_an_honest_report_counts_and_again_counts_nothing(
    stack: Container, plugin: PluginClient, clock: FrozenClock, who: int
) -> None:
    # Given
    sent = body(interval(who, clock() - timedelta(minutes=5), clock(), name="Steve", afkSeconds=60))
    # When
    first, second = plugin.post(SYNC, sent), plugin.post(SYNC, sent)
    # Then
    assert first.status == 200
    assert (first.json["activeSeconds"], first.json["afkSeconds"]) == (240, 60)
    assert (second.json["activeSeconds"], second.json["refusedSeconds"]) == (0, 300)
    assert second.json["reasons"] == {"already_counted": 1}
    assert counted(stack, who) == 300


def test_one_players_interval_has_a_route_of_its_own(
    stack: Container, plugin: PluginClient, clock: FrozenClock, who: int
) -> None:
    answer = plugin.post("/playtime/player", interval(who, clock() - timedelta(minutes=3), clock()))

    assert answer.json["activeSeconds"] == 180
    assert counted(stack, who) == 180


def test_a_day_of_30_hours_has_24_and_they_wait_for_a_moderator(
    stack: Container, plugin: PluginClient, clock: FrozenClock, who: int
) -> None:
    answer = plugin.post(SYNC, body(interval(who, clock() - timedelta(hours=30), clock())))

    assert answer.json["activeSeconds"] == 0
    assert answer.json["heldSeconds"] == 24 * 3600
    assert answer.json["reasons"] == {"sudden_jump": 1, "too_old": 1}
    assert counted(stack, who) == 0


def test_two_servers_that_claim_a_players_same_hour_have_it_once_together(
    stack: Container, through: Client, clock: FrozenClock, who: int
) -> None:
    # Given
    plugins = [PluginClient(through, Plugins(stack).active().credentials, clock) for _ in range(2)]
    hour = body(interval(who, clock() - timedelta(hours=1), clock()))
    half = body(interval(who, clock() - timedelta(minutes=30), clock()))
    # When
    first, second = plugins[0].post(SYNC, half), plugins[1].post(SYNC, hour)
    third = plugins[0].post(SYNC, hour)
    # Then the later one gets what the earlier one left
    assert [one.json["activeSeconds"] for one in (first, second, third)] == [1800, 1800, 0]
    assert second.json["reasons"] == {"already_counted": 1}
    assert counted(stack, who) == 3600


def test_a_clock_that_runs_ahead_earns_nothing(
    stack: Container, plugin: PluginClient, clock: FrozenClock, who: int
) -> None:
    ahead = clock() + timedelta(minutes=50)

    answer = plugin.post(SYNC, body(interval(who, ahead - timedelta(minutes=60), ahead)))

    assert answer.json["activeSeconds"] == 600
    assert answer.json["reasons"] == {"in_the_future": 1}
    assert counted(stack, who) == 600


def test_one_player_twice_in_a_report_is_one_player(
    stack: Container, plugin: PluginClient, clock: FrozenClock, who: int
) -> None:
    # Given the same person under two spellings, and hours that overlap
    now = clock()
    twice = [
        interval(player(who), now - timedelta(minutes=10), now),
        interval(player(who).upper(), now - timedelta(minutes=15), now),
        interval(player(who).replace("-", ""), now - timedelta(minutes=15), now),
    ]
    # When
    answer = plugin.post(SYNC, body(*twice))
    # Then
    assert answer.json["players"] == 1
    assert answer.json["activeSeconds"] == 15 * 60
    assert counted(stack, who) == 15 * 60


def test_10_000_players_nobody_ever_saw_wait_and_end_the_instance(
    stack: Container, plugin: PluginClient, installed: Installed, clock: FrozenClock, who: int
) -> None:
    # Given a server with 20 places
    stack.uptime_rounds._rosters.publish({installed.server.id: {"maxPlayers": 20}}, clock())
    sent, answers = 0, list[Answer]()
    # When it tells of one crowd after another
    while sent < 10_000 and (not answers or answers[-1].status == 200):
        start, end = clock() - timedelta(minutes=5), clock()
        crowd = [interval(who + sent + number, start, end) for number in range(21)]
        answers.append(plugin.post(SYNC, body(*crowd)))
        sent += len(crowd)
        clock.advance(minutes=5)
    # Then nothing counts, and soon nobody listens
    assert all(one.json["activeSeconds"] == 0 for one in answers[:-1])
    assert (answers[-1].status, answers[-1].code) == (403, "suspended")
    assert len(answers) <= 6
    instance = PluginInstance.find(
        keys.plugin(installed.server.id, installed.pluginId), clock(), consistent=True
    )
    assert instance is not None
    assert "beyond_capacity" in str(instance.statusReason)


WRONG = [
    ("afkSeconds", "-1"),
    ("afkSeconds", "NaN"),
    ("afkSeconds", "1e400"),
    ("afkSeconds", "9" * 400),
    ("afkSeconds", "1.5"),
    ("afkSeconds", '"60"'),
    ("from", "1700000000"),
    ("from", '"-9999-01-01T00:00:00Z"'),
    ("from", '"2026-11-22T12:00:00"'),
    ("to", '"0001-01-01T00:00:00Z"'),
    ("from", '"0001-01-01T00:00:00+14:00"'),
    ("from", '"2020-01-01T00:00:00+00:01"'),
    ("to", '"9999-12-31T23:59:59-14:00"'),
    ("to", '"2099-12-31T23:59:59-00:01"'),
    ("uuid", '"../../etc/passwd"'),
    ("uuid", '"00000000-0000-0000-0000-00000000000\\u0661"'),
    ("uuid", "null"),
    ("name", '"' + "x" * 65 + '"'),
    ("extra", "1"),
]


def test_what_is_no_number_time_or_player_is_refused_by_name(
    plugin: PluginClient, clock: FrozenClock, who: int
) -> None:
    good = interval(who, clock() - timedelta(minutes=5), clock(), afkSeconds=0)
    for field, value in WRONG:
        # When
        text = json.dumps(body(good | {field: "@"})).replace('"@"', value)
        answer = plugin.post(SYNC, text)
        # Then
        told = (answer.status, answer.code)
        assert told in {(422, "validation_failed"), (400, "malformed_json")}, (field, value)
        if answer.status == 422:
            assert answer.json["errors"][0]["field"].startswith("players.0")


NAMES = ["Ünïcødé", "名前", "\u202eevil", "a\x00b", "🧱" * 30, "' OR 1=1 --", " " * 10]


def test_names_are_kept_without_what_cannot_be_seen(
    stack: Container, plugin: PluginClient, clock: FrozenClock, who: int
) -> None:
    # Given
    start, end = clock() - timedelta(minutes=5), clock()
    sent = [interval(who + at, start, end, name=name) for at, name in enumerate(NAMES)]
    # When
    assert plugin.post(SYNC, body(*sent)).status == 200
    # Then
    for at in range(len(NAMES)):
        key = keys.player_clock("MINECRAFT", player(who + at))
        found = PlayerClock.find(key, clock(), consistent=True)
        assert found is not None
        assert not {"\u202e", "\x00"} & set(found.name or "")


def test_a_thousand_players_with_long_names_fit_in_a_body_and_one_more_does_not(
    plugin: PluginClient, clock: FrozenClock, who: int
) -> None:
    # Given names that JSON writes in six characters a letter
    start, end = clock() - timedelta(minutes=5), clock()
    many = [interval(who + one, start, end, name="\u540d" * 32) for one in range(1001)]
    # When / Then
    assert len(json.dumps(body(*many[:1000]))) > 256 * 1024
    answer = plugin.post(SYNC, body(*many))
    assert (answer.status, answer.code) == (422, "validation_failed")
    assert plugin.post(SYNC, " " * (513 * 1024)).status == 413


def test_nobody_reports_without_a_signature(client: Client, clock: FrozenClock) -> None:
    sent = body(interval(8, clock() - timedelta(minutes=5), clock()))

    assert client.post("/plugin/playtime/sync", sent).status == 401
    assert client.post("/plugin/playtime/player", sent["players"][0]).status == 401
