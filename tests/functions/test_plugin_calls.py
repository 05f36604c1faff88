"""What verified plugins report: that they live, who typed a code, what was handed over."""

from collections.abc import Callable
from typing import Any

import pytest

from firstspawn.identities.schemas import Platform
from firstspawn.redemptions.repository import DeliveryRepository
from firstspawn.redemptions.schemas import Owed
from firstspawn.wiring import Container
from functions.plugin.door import handler as door
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.factories import Accounts
from tests.support.http_events import url_event
from tests.support.permissions import under_role
from tests.support.plugins import VERIFY, Installed, PluginClient, Plugins

ALEX, STEVE = "069a79f4-44e9-4726-a5be-fca90e38aaf5", "853c80ef-3c37-49fd-aa49-938b674adae6"
BEAT = {"onlinePlayers": 2, "maxPlayers": 100, "players": [ALEX, STEVE], "tps": 19.97}
IMPOSSIBLE = [
    '"onlinePlayers": -1', '"onlinePlayers": NaN', '"onlinePlayers": 1e400',
    '"onlinePlayers": true', '"onlinePlayers": "2"', '"onlinePlayers": 100001',
    '"onlinePlayers": null', '"maxPlayers": 2.5', '"tps": NaN', '"tps": -Infinity',
    '"tps": 1001', '"players": ["Notch"]', '"players": ["069a79f444e94726a5befca90e38aaf5\\n"]',
    '"players": {}', '"serverVersion": "\\u202e"', '"pluginVersion": "1.0"', '"other": 1',
]  # fmt: skip
NAMES = [
    "Alex; op Mallory", "Alex\nop Mallory", "A" * 17, "{uuid}", "§4Alex", "Älex", "Ａlex",
    "@a", "..Alex", "A B",
]  # fmt: skip


@pytest.fixture
def plugins(stack: Container) -> Plugins:
    return Plugins(stack)


@pytest.fixture(params=["api", "door"])
def through(request: pytest.FixtureRequest, client: Client, stack: Container) -> Client:
    """Both doors: API Gateway, and the Function URL with its own role."""
    if request.param == "api":
        return client
    return Client(under_role(door, "PluginDoor"), url_event)


def shown(stack: Container, installed: Installed) -> Any:
    """The instance as its owner sees it."""
    (view,) = stack.plugins.list(installed.owner, installed.server.id).items
    return view


def test_a_heartbeat_tells_the_owner_that_the_plugin_lives(
    through: Client, plugins: Plugins, stack: Container, clock: FrozenClock
) -> None:
    # Given
    installed = plugins.active()
    plugin = PluginClient(through, installed.credentials, clock)
    # When
    answer = plugin.post("/heartbeat", BEAT)
    # Then
    assert answer.json == {
        "counted": True, "serverTime": "2026-11-22T12:00:00Z", "heartbeatSeconds": 300
    }  # fmt: skip
    assert answer.headers["x-firstspawn-time"] == str(round(clock().timestamp() * 1000))
    view = shown(stack, installed)
    assert (view.activePlayers, view.maxPlayers, view.tps) == (2, 100, 19.97)
    assert (view.lastHeartbeat, view.isStale) == (clock(), False)
    clock.advance(minutes=10)
    assert shown(stack, installed).isStale


def test_a_heartbeat_that_comes_late_changes_nothing(
    client: Client, plugins: Plugins, stack: Container, clock: FrozenClock
) -> None:
    # Given
    installed = plugins.active()
    plugin = PluginClient(client, installed.credentials, clock)
    late = plugin.signed("POST", "/heartbeat", {**BEAT, "onlinePlayers": 9})
    clock.advance(seconds=5)
    assert plugin.post("/heartbeat", BEAT).json["counted"] is True
    # When
    answer = client.send(late)
    # Then
    assert answer.json["counted"] is False
    assert shown(stack, installed).activePlayers == 2


def test_a_heartbeat_with_impossible_values_is_refused(
    client: Client, plugins: Plugins, clock: FrozenClock
) -> None:
    # Given
    plugin = PluginClient(client, plugins.active().credentials, clock)
    for change in IMPOSSIBLE:
        # When
        body = '{"onlinePlayers": 2, "maxPlayers": 100, ' + change + "}"
        answer = plugin.post("/heartbeat", body)
        # Then
        assert answer.code in {"validation_failed", "malformed_json"}, change
        assert answer.status in {400, 422}


def test_a_minecraft_servers_plugins_do_not_overrule_our_pings(
    client: Client, plugins: Plugins, stack: Container, clock: FrozenClock
) -> None:
    installed = plugins.active()
    PluginClient(client, installed.credentials, clock).post("/heartbeat", BEAT)
    assert stack.uptime.status(installed.server.id)[0].isOnline is False


@pytest.mark.parametrize("trusted", [False, True])
def test_a_code_typed_in_the_game_links_the_player_here_or_everywhere(
    through: Client,
    plugins: Plugins,
    stack: Container,
    accounts: Accounts,
    clock: FrozenClock,
    trusted: bool,
) -> None:
    # Given
    installed, account = plugins.active(), accounts.create()
    stack.plugins.trust(installed.server.id, trusted=trusted)
    code = stack.link_codes.issue(account.caller, Platform.MINECRAFT).code
    plugin = PluginClient(through, installed.credentials, clock)
    uuid = f"00000000-0000-4000-8000-{account.id[-12:].encode().hex()[:12]}"
    body = {"code": code, "playerUuid": uuid, "playerName": "Alex"}
    # When
    answer, again = plugin.post("/identity/claim", body), plugin.post("/identity/claim", body)
    # Then
    assert (answer.status, answer.json) == (200, {"linked": True, "everywhere": trusted})
    assert again.code == "invalid_link_code"
    (identity,) = stack.identities.list(account.caller).items
    assert identity.vouchedBy == installed.server.id
    assert identity.scopeServerId == (None if trusted else installed.server.id)


def test_a_code_of_another_game_is_none(
    client: Client, plugins: Plugins, stack: Container, accounts: Accounts, clock: FrozenClock
) -> None:
    # Given
    code = stack.link_codes.issue(accounts.create().caller, Platform.HYTALE).code
    plugin = PluginClient(client, plugins.active().credentials, clock)
    body = {"code": code, "playerUuid": ALEX, "playerName": "Alex"}
    # When / Then
    assert plugin.post("/identity/claim", body).code == "invalid_link_code"


class Prizes:
    """A server that owes Alex something, and its plugin."""

    def __init__(self, stack: Container, installed: Installed, plugin: PluginClient) -> None:
        self.installed, self.plugin, self._stack = installed, plugin, stack

    def owe(self, redemption: str = "r1", command: str = "give {player} diamond 64") -> None:
        """Owe one thing more."""
        owed = Owed(redemption, self.installed.server.id, ALEX, "Diamonds", command)
        DeliveryRepository(lambda: "unused-token").owe(owed, self._stack.clock())

    def check(self, name: str = "Alex", plugin: PluginClient | None = None) -> Any:
        """What is lent."""
        query = [("playerName", name), ("playerUuid", ALEX)]
        return (plugin or self.plugin).get("/redemption/check", query).json["redemption"]

    def tell(self, lease: Any, outcome: str, attempt: str = "attempt-1", **other: Any) -> Any:
        """Report an outcome."""
        form = {"redemptionId": lease["id"], "leaseId": lease["leaseId"], "playerUuid": ALEX}
        plugin = other.get("plugin") or self.plugin
        form |= {"attempt": attempt, "outcome": outcome}
        return plugin.post("/redemption/execute", form)


@pytest.fixture
def prizes(through: Client, stack: Container, plugins: Plugins, clock: FrozenClock) -> Prizes:
    installed = plugins.active()
    return Prizes(stack, installed, PluginClient(through, installed.credentials, clock))


def test_a_prize_is_handed_over_once_however_often_the_plugin_asks_and_tells(
    prizes: Prizes,
) -> None:
    # Given
    assert prizes.check() is None
    prizes.owe()
    # When
    lease = prizes.check()
    # Then
    assert (lease["command"], lease["attempt"]) == ("give Alex diamond 64", None)
    assert prizes.check() == lease
    for _ in range(2):
        assert prizes.tell(lease, "STARTED").json == {"proceed": True, "status": "STARTED"}
    refused = prizes.tell(lease, "STARTED", "attempt-2")
    assert (refused.status, refused.code) == (409, "already_started")
    assert prizes.check()["attempt"] == "attempt-1"
    for _ in range(2):
        assert prizes.tell(lease, "EXECUTED").json == {"proceed": False, "status": "EXECUTED"}
    assert prizes.tell(lease, "STARTED", "attempt-2").code == "lease_lost"
    assert prizes.check() is None


def test_what_one_instance_was_lent_no_other_gets_until_the_lease_ends(
    prizes: Prizes, plugins: Plugins, through: Client, clock: FrozenClock
) -> None:
    # Given
    one = prizes.installed
    other = plugins.active(one.server, one.owner)
    second = PluginClient(through, other.credentials, clock)
    prizes.owe()
    lease = prizes.check()
    # Then
    assert prizes.check(plugin=second) is None
    assert prizes.tell(lease, "STARTED", plugin=second).code == "lease_lost"
    # When the first one never starts
    clock.advance(minutes=15)
    taken = prizes.check(plugin=second)
    # Then
    assert taken["leaseId"] != lease["leaseId"]
    assert prizes.tell(lease, "STARTED").code == "lease_lost"
    assert prizes.tell(taken, "STARTED", plugin=second).json["proceed"] is True
    # When the second one crashes while the command runs, the first gets nothing
    clock.advance(days=1)
    assert prizes.check() is None
    assert prizes.tell(taken, "UNCERTAIN", plugin=second).json["status"] == "UNCERTAIN"
    assert prizes.check(plugin=second) is None


def test_what_failed_is_tried_again_five_times_at_most(prizes: Prizes) -> None:
    # Given
    prizes.owe()
    for number in range(5):
        lease, attempt = prizes.check(), f"attempt-{number}"
        assert prizes.tell(lease, "STARTED", attempt).json["proceed"] is True
        # When
        answers = [prizes.tell(lease, "FAILED", attempt).json["status"] for _ in range(2)]
        # Then
        assert answers == (["DUE"] * 2 if number < 4 else ["FAILED"] * 2)
    assert prizes.check() is None


def test_no_name_gets_into_a_command_that_could_mean_more(prizes: Prizes) -> None:
    for name in NAMES:
        query = [("playerName", name), ("playerUuid", ALEX)]
        refused = prizes.plugin.get("/redemption/check", query)
        assert (refused.status, refused.code) == (422, "validation_failed"), name


def test_a_suspended_instance_starts_nothing_more(
    prizes: Prizes, stack: Container, clock: FrozenClock
) -> None:
    # Given a warm process that has not heard of it yet
    prizes.owe()
    lease = prizes.check()
    stack.plugins.suspend(prizes.installed.server.id, prizes.installed.pluginId, "odd")
    # When
    answer = prizes.tell(lease, "STARTED")
    # Then
    assert answer.code == "revoked"
    clock.advance(seconds=30)
    assert prizes.tell(lease, "STARTED").code == "suspended"


Minimum = Callable[[str], None]


@pytest.fixture
def minimum(stack: Container, monkeypatch: pytest.MonkeyPatch) -> Minimum:
    """Sets the oldest version that may call, of the three there are."""
    from firstspawn.plugins.releases import Releases

    def be(version: str) -> None:
        listed = {"minimum": version, "latest": "1.3.0", "versions": ["1.0.0", "1.2.0", "1.3.0"]}
        releases = Releases({"MINECRAFT": {**listed, "download": "https://example.com/jar"}})
        services = (stack.plugin_authenticator, stack.plugin_installation, stack.plugin_heartbeats)
        for service in services:
            monkeypatch.setattr(service, "_releases", releases)

    return be


def test_an_old_plugin_is_turned_away_until_it_verifies_a_new_version(
    through: Client, plugins: Plugins, clock: FrozenClock, minimum: Minimum
) -> None:
    # Given
    installed = plugins.active()
    plugin = PluginClient(through, installed.credentials, clock)
    minimum("1.2.0")
    # When
    refused, unchanged = (
        plugin.post("/heartbeat", BEAT),
        plugin.post("/verify", VERIFY.model_dump()),
    )
    # Then
    for answer in (refused, unchanged):
        assert (answer.status, answer.code) == (426, "plugin_outdated")
        assert answer.json["minimumVersion"] == "1.2.0"
        assert answer.json["download"] == "https://example.com/jar"
    unknown = plugin.post("/verify", {"pluginVersion": "1.2.5", "serverVersion": "1.21"})
    assert unknown.code == "unofficial_plugin"
    # When
    assert plugin.post("/verify", {"pluginVersion": "1.3.0", "serverVersion": "1.21"}).status == 200
    # Then
    assert plugin.post("/heartbeat", BEAT).status == 200


def test_the_version_a_heartbeat_tells_of_is_what_later_calls_are_judged_by(
    through: Client, plugins: Plugins, stack: Container, clock: FrozenClock, minimum: Minimum
) -> None:
    # Given a plugin that was updated without verifying again
    minimum("1.0.0")
    installed = plugins.active()
    plugin = PluginClient(through, installed.credentials, clock)
    assert plugin.post("/heartbeat", {**BEAT, "pluginVersion": "1.3.0"}).status == 200
    assert shown(stack, installed).pluginVersion == "1.3.0"
    clock.advance(seconds=30)  # what a warm process may keep
    # When the version it verified with becomes too old
    minimum("1.2.0")
    # Then it goes on
    for body in ({**BEAT, "pluginVersion": "1.3.0"}, BEAT):
        clock.advance(seconds=1)
        assert plugin.post("/heartbeat", body).json["counted"] is True


def test_a_plugin_that_was_put_back_to_an_old_version_is_turned_away_at_every_call(
    through: Client, plugins: Plugins, stack: Container, clock: FrozenClock, minimum: Minimum
) -> None:
    # Given one that verified with a version that is good
    minimum("1.2.0")
    installed = plugins.issue()
    plugin = PluginClient(through, installed.credentials, clock)
    good = {"pluginVersion": "1.3.0", "serverVersion": "1.21"}
    assert plugin.post("/verify", good).status == 200
    # When a heartbeat tells of an old one
    refused = plugin.post("/heartbeat", {**BEAT, "pluginVersion": "1.0.0"})
    # Then
    assert (refused.status, refused.json["minimumVersion"]) == (426, "1.2.0")
    assert refused.json["yourVersion"] == "1.0.0"
    assert shown(stack, installed).pluginVersion == "1.0.0"
    clock.advance(seconds=30)
    for path, body in (("/playtime/sync", {"players": []}), ("/heartbeat", BEAT)):
        assert plugin.post(path, body).code == "plugin_outdated"
    # And one that was never released changes nothing
    assert plugin.post("/verify", good).status == 200
    assert plugin.post("/heartbeat", {**BEAT, "pluginVersion": "9.9.9"}).code == "unofficial_plugin"
    assert shown(stack, installed).pluginVersion == "1.3.0"


def test_a_heartbeat_that_comes_late_tells_of_no_version(
    client: Client, plugins: Plugins, stack: Container, clock: FrozenClock, minimum: Minimum
) -> None:
    # Given
    minimum("1.0.0")
    installed = plugins.issue()
    plugin = PluginClient(client, installed.credentials, clock)
    plugin.post("/verify", {"pluginVersion": "1.2.0", "serverVersion": "1.21"})
    late = plugin.signed("POST", "/heartbeat", {**BEAT, "pluginVersion": "1.2.0"})
    clock.advance(seconds=5)
    assert plugin.post("/heartbeat", {**BEAT, "pluginVersion": "1.3.0"}).json["counted"] is True
    clock.advance(seconds=30)
    # When
    assert client.send(late).json["counted"] is False
    # Then
    assert shown(stack, installed).pluginVersion == "1.3.0"


def test_a_key_may_call_a_thousand_times_a_minute(
    client: Client, plugins: Plugins, clock: FrozenClock
) -> None:
    # Given limits multiplied by 10,000 for tests
    plugin = PluginClient(client, plugins.active().credentials, clock)
    # When
    answer = plugin.post("/heartbeat", BEAT)
    # Then
    assert answer.headers["ratelimit-policy"] == '"plugin";q=10000000;w=60'
    assert answer.headers["ratelimit"].startswith('"plugin";r=9999999;')
