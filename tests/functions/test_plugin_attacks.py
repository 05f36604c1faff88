"""Attacks on signed calls: each is refused, and an honest author is told what is wrong."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from firstspawn.wiring import Container
from functions.plugin.door import handler as door
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.http_events import Call, url_event
from tests.support.permissions import under_role
from tests.support.plugins import PREFIX, VERIFY, Installed, PluginClient, Plugins

BEAT = {"onlinePlayers": 2, "maxPlayers": 100}
RUNS = VERIFY.model_dump()
ASK = [("playerName", "Alex"), ("playerUuid", "069a79f4-44e9-4726-a5be-fca90e38aaf5")]


@pytest.fixture
def plugins(stack: Container) -> Plugins:
    return Plugins(stack)


@pytest.fixture
def installed(plugins: Plugins) -> Installed:
    return plugins.active()


@pytest.fixture(params=["api", "door"])
def client(request: pytest.FixtureRequest, stack: Container) -> Client:
    if request.param == "api":
        from app import app

        return Client(under_role(app, "APIHandler"))
    return Client(under_role(door, "PluginDoor"), url_event)


@pytest.fixture
def plugin(client: Client, installed: Installed, clock: FrozenClock) -> PluginClient:
    return PluginClient(client, installed.credentials, clock)


def header(call: Call, **values: str) -> Call:
    """The same call with other headers, named without their prefix."""
    named = {f"X-FirstSpawn-{name}": value for name, value in values.items()}
    return replace(call, headers={**call.headers, **named})


def test_a_replay_is_refused_for_as_long_as_its_timestamp_is_good(
    client: Client, plugin: PluginClient, clock: FrozenClock
) -> None:
    # Given
    for version in (1, 2):
        call = plugin.signed("POST", "/heartbeat", BEAT, version=version)
        assert client.send(call).status == 200
        # Then
        assert client.send(call).code == "replayed"
        shouted = header(call, Signature=_upper(str(call.headers["X-FirstSpawn-Signature"])))
        assert client.send(shouted).code == "replayed"
        clock.advance(minutes=5)
        assert client.send(call).code == "replayed"
        clock.advance(seconds=1)
        assert client.send(call).code == "clock_skew"


def _upper(signature: str) -> str:
    name, _, digest = signature.partition("=")
    return f"{name}={digest.upper()}"


def test_a_nonce_is_good_once_whatever_it_comes_with(plugin: PluginClient) -> None:
    assert plugin.post("/heartbeat", BEAT, nonce="the-same-nonce-twice").status == 200
    again = plugin.post("/heartbeat", {**BEAT, "onlinePlayers": 3}, nonce="the-same-nonce-twice")
    assert again.code == "replayed"


def test_reads_are_marked_in_version_2_and_may_be_repeated_in_version_1(
    client: Client, plugin: PluginClient
) -> None:
    first, second = (
        plugin.signed("GET", "/redemption/check", query=ASK, version=version) for version in (1, 2)
    )
    assert [client.send(first).status for _ in range(2)] == [200, 200]
    assert [client.send(second).status for _ in range(2)] == [200, 409]


def test_nothing_that_is_signed_over_can_be_swapped(client: Client, plugin: PluginClient) -> None:
    # Given
    call = plugin.signed("POST", "/heartbeat", BEAT)
    read = plugin.signed("GET", "/redemption/check", query=ASK)
    swapped = {
        "body": replace(call, body=json.dumps({**BEAT, "onlinePlayers": 999})),
        "white space": replace(call, body=f"{call.body} "),
        "path": replace(call, path=f"{PREFIX}/verify"),
        "query": replace(read, query=[("playerName", "Mallory"), *read.query[1:]]),
        "more query": replace(read, query=[*read.query, ("playerUuid", "x")]),
        "nonce": header(call, Nonce="another-nonce-of-mine"),
        "timestamp": header(
            call, Timestamp=str(int(str(call.headers["X-FirstSpawn-Timestamp"])) + 1)
        ),
        "version": header(call, Signature=_as_v1(str(call.headers["X-FirstSpawn-Signature"]))),
        "a bit": header(call, Signature=_flipped(str(call.headers["X-FirstSpawn-Signature"]))),
    }
    # When / Then
    for what, attack in swapped.items():
        answer = client.send(attack)
        assert (answer.status, answer.code) == (401, "bad_signature"), what
    assert client.send(call).status == 200


def _as_v1(signature: str) -> str:
    return "sha256=" + signature.partition("=")[2]


def _flipped(signature: str) -> str:
    return signature[:-1] + format(int(signature[-1], 16) ^ 1, "x")


def test_a_refusal_tells_what_the_signature_has_to_cover(
    client: Client, plugin: PluginClient
) -> None:
    # Given a client that signs another body than it sends
    call = plugin.signed("POST", "/heartbeat", BEAT)
    # When
    answer = client.send(replace(call, body='{"onlinePlayers": 3}'))
    # Then
    covered = answer.json["signedOver"]
    assert covered["path"] == f"{PREFIX}/heartbeat"
    assert (covered["method"], covered["query"]) == ("POST", "")
    assert covered["bodyBytes"] == 20
    assert covered["base"].endswith(covered["bodySha256"])
    assert answer.headers["www-authenticate"] == 'FirstSpawn realm="plugin"'
    assert int(answer.headers["x-firstspawn-time"]) > 0


def test_who_is_late_or_early_is_told_the_time(
    client: Client, plugin: PluginClient, clock: FrozenClock
) -> None:
    now = round(clock().timestamp() * 1000)
    for offset in (-300_001, 300_001):
        answer = plugin.post("/heartbeat", BEAT, timestamp=str(now + offset))
        assert answer.code == "clock_skew"
        assert answer.json["serverTime"] == now
        assert answer.headers["x-firstspawn-time"] == str(now)
    seconds = plugin.post("/heartbeat", BEAT, timestamp=str(now // 1000))
    assert seconds.status == 200


def test_keys_and_secrets_belong_together(
    client: Client, plugins: Plugins, installed: Installed, clock: FrozenClock
) -> None:
    # Given
    other = plugins.active()
    stranger = replace(installed.credentials, key="fs_pk_" + "A" * 24)
    person = replace(installed.credentials, key="fsp_" + "A" * 24)
    mixed = replace(installed.credentials, secret=other.credentials.secret)
    # Then
    for credentials, code in (
        (stranger, "unknown_key"),
        (person, "unknown_key"),
        (mixed, "bad_signature"),
    ):
        answer = PluginClient(client, credentials, clock).post("/heartbeat", BEAT)
        assert (answer.status, answer.code) == (401, code)


def test_a_sealed_secret_moved_to_another_instance_opens_nothing(
    plugins: Plugins, client: Client, installed: Installed, clock: FrozenClock
) -> None:
    # Given somebody who can write the table, and knows the secret of an instance of their own
    from firstspawn.clients.vault import VaultError
    from firstspawn.plugins.models import PluginCredential

    own = plugins.active()
    mine, theirs = (
        next(iter(PluginCredential.scan(PluginCredential.pluginId == one.pluginId)))
        for one in (own, installed)
    )
    theirs.update([PluginCredential.secret.set(mine.secret)])
    forged = replace(installed.credentials, secret=own.credentials.secret)
    # When
    answer = PluginClient(client, forged, clock).post("/heartbeat", BEAT)
    # Then
    assert answer.status == 500  # nobody but a writer of the table comes here
    assert issubclass(VaultError, ValueError)


def test_a_revoked_key_is_told_so_within_half_a_minute(
    plugin: PluginClient, installed: Installed, stack: Container, clock: FrozenClock
) -> None:
    # Given a warm process
    assert plugin.post("/verify", RUNS).status == 200
    stack.plugins.revoke(installed.owner, installed.server.id, installed.pluginId)
    # Then what writes is refused at once, by the write itself
    assert plugin.post("/heartbeat", BEAT).code == "revoked"
    clock.advance(seconds=30)
    answer = plugin.post("/heartbeat", BEAT)
    assert (answer.status, answer.code) == (403, "revoked")


def test_an_instance_that_never_verified_may_do_nothing_else(
    client: Client, plugins: Plugins, clock: FrozenClock
) -> None:
    fresh = PluginClient(client, plugins.issue().credentials, clock)
    assert fresh.post("/heartbeat", BEAT).code == "not_verified"
    assert fresh.post("/verify", RUNS).status == 200
    assert fresh.post("/heartbeat", BEAT).status == 200


@pytest.mark.parametrize(
    ("allowed", "code"),
    [("203.0.113.7", ""), ("203.0.113.0/24", ""), ("203.0.113.8", "ip_not_allowed"),
     ("2001:db8::/32", "ip_not_allowed")],
)  # fmt: skip
def test_only_the_owners_addresses_may_call(
    client: Client, plugins: Plugins, clock: FrozenClock, allowed: str, code: str
) -> None:
    # Given tests call from 203.0.113.7, and a header may say what it likes
    one = plugins.active(allowedIps=[allowed])
    call = PluginClient(client, one.credentials, clock).signed("POST", "/heartbeat", BEAT)
    answer = client.send(replace(call, headers={**call.headers, "X-Forwarded-For": "203.0.113.8"}))
    # Then
    assert (answer.code if answer.status >= 400 else "") == code
    if code:
        assert answer.json["sourceIp"] == "203.0.113.7"


def test_huge_bodies_are_refused_before_anything_is_computed_over_them(
    client: Client, plugin: PluginClient
) -> None:
    call = replace(plugin.signed("POST", "/heartbeat", BEAT), body="x" * 65 * 1024)
    answer = client.send(call)
    assert (answer.status, answer.code) == (413, "payload_too_large")
    assert answer.headers["x-firstspawn-time"]


def test_a_body_in_base64_is_signed_as_its_bytes(client: Client, plugin: PluginClient) -> None:
    call = plugin.signed("POST", "/heartbeat", '{"onlinePlayers": 1, "maxPlayers": 2}')
    encoded = base64.b64encode(str(call.body).encode()).decode()
    assert client.send(replace(call, body=encoded, is_base64=True)).status == 200
    broken = replace(call, body="%%%", is_base64=True)
    assert client.send(broken).code == "malformed_body"


def test_a_person_cannot_call_for_a_plugin_nor_a_plugin_for_a_person(
    client: Client, plugin: PluginClient
) -> None:
    bearer = Call("POST", f"{PREFIX}/heartbeat", {"Authorization": "Bearer x"}, body="{}")
    assert client.send(bearer).code == "signature_required"
    call = plugin.signed("GET", "/redemption/check", query=ASK)
    me: Any = client.send(replace(call, path="/api/v1/users/me"))
    assert me.status in {401, 404}


@pytest.fixture
def limited(stack: Container) -> Container:
    """With the limits as they are in production."""
    stack.settings = stack.settings.model_copy(update={"rate_scale": 1})
    return stack


@pytest.mark.usefixtures("limited")
def test_a_signature_that_does_not_fit_is_refused_30_times_a_minute_and_then_put_off(
    client: Client, plugin: PluginClient, clock: FrozenClock
) -> None:
    # Given somebody who knows the key, and guesses
    guesses = [plugin.signed("POST", "/heartbeat", BEAT) for _ in range(33)]
    forged = [header(call, Signature="v2=" + "0" * 64) for call in guesses]
    # When
    answers = [client.send(call) for call in forged]
    # Then
    assert [answer.status for answer in answers] == [401] * 30 + [429] * 3
    assert answers[29].headers["ratelimit"] == '"refused";r=0;t=60'
    assert answers[31].code == "rate_limited"
    assert 1 <= int(answers[32].headers["retry-after"]) <= 60
    # But who signs well gets in all the while, from the same address
    assert plugin.post("/heartbeat", BEAT).status == 200
    clock.advance(seconds=31)  # also when the process has to read the credential again
    assert plugin.post("/heartbeat", BEAT).status == 200
    assert (
        client.send(header(plugin.signed("POST", "/heartbeat", BEAT), Nonce="n" * 16)).status == 429
    )
    # And the next minute begins anew
    clock.advance(seconds=30)
    again = header(plugin.signed("POST", "/heartbeat", BEAT), Signature="v2=" + "0" * 64)
    assert client.send(again).code == "bad_signature"


@pytest.mark.usefixtures("limited")
def test_unknown_keys_are_put_off_by_address_and_keep_no_neighbour_out(
    client: Client, plugins: Plugins, plugin: PluginClient, clock: FrozenClock
) -> None:
    # Given keys made up, each a new one
    def guess(number: int) -> int:
        call = plugin.signed("POST", "/heartbeat", BEAT)
        return client.send(header(call, Key=f"fs_pk_{number:024d}")).status

    # When
    answers = [guess(number) for number in range(122)]
    # Then
    assert answers == [401] * 120 + [429] * 2
    # But a plugin of the same machine, which this process never met, gets in
    neighbour = PluginClient(client, plugins.active().credentials, clock)
    assert neighbour.post("/heartbeat", BEAT).status == 200


@pytest.mark.usefixtures("limited")
def test_what_is_signed_well_but_may_not_call_is_counted_as_well(
    client: Client, plugin: PluginClient, installed: Installed, stack: Container
) -> None:
    stack.plugins.suspend(installed.server.id, installed.pluginId, "odd")
    answers = [plugin.post("/verify", RUNS).status for _ in range(31)]
    assert answers == [403] * 30 + [429]
