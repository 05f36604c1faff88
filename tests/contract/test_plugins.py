"""Plugins on every engine: what calls cost, and whoever arrives at the same moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from firstspawn.db import keys
from firstspawn.errors import ChangedMeanwhile, ProblemError
from firstspawn.plugins.heartbeat_repository import rolls
from firstspawn.plugins.installation_schemas import Heartbeat
from firstspawn.plugins.models import (
    PluginBook,
    PluginCredential,
    PluginInstance,
    PluginWatchCursor,
)
from firstspawn.plugins.repository import PluginRepository
from firstspawn.plugins.schemas import IssuePlugin, PluginStatus, RotateSecret, SignedCall
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.http_events import Call
from tests.support.plugins import VERIFY, Installed, PluginClient, Plugins
from tests.support.races import kinds, need_real_races, race
from tests.support.servers import Owners
from tests.support.stacks import stack_on

ALEX = "069a79f4-44e9-4726-a5be-fca90e38aaf5"
BEAT = Heartbeat(onlinePlayers=1, maxPlayers=100, players=[ALEX])


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    _ = built.plugins, built.plugin_installation, built.plugin_heartbeats
    _ = built.plugin_authenticator, built.playtime
    return built


@pytest.fixture
def plugins(stack: Container) -> Plugins:
    return Plugins(stack)


def as_signed(call: Call) -> SignedCall:
    """What the kernel hands to the authenticator."""
    headers = {name.lower(): str(value) for name, value in call.headers.items()}
    return SignedCall(call.method, call.path, "", headers, (call.body or "").encode(), "127.0.0.1")


def signed(installed: Installed, clock: FrozenClock) -> SignedCall:
    """A heartbeat signed now."""
    client: PluginClient = PluginClient(None, installed.credentials, clock)  # type: ignore[arg-type]
    return as_signed(client.signed("POST", "/heartbeat", BEAT.model_dump()))


def book(stack: Container, server_id: str) -> PluginBook:
    """The server's numbers as they are stored."""
    found = PluginBook.find(keys.plugin_book(server_id), stack.clock(), consistent=True)
    assert found
    return found


def test_a_warm_call_reads_nothing_and_leaves_one_mark(
    stack: Container, plugins: Plugins, clock: FrozenClock
) -> None:
    # Given
    installed = plugins.active()
    judge = stack.plugin_authenticator.authenticate
    # When / Then
    with count_calls() as cold:
        judge(signed(installed, clock), unverified=False)
    assert_cost(cold, calls=2, operations=["GetItem", "PutItem"], read_units=1, write_units=1)
    with count_calls() as warm:
        judge(signed(installed, clock), unverified=False)
    assert_cost(warm, calls=1, operations=["PutItem"], read_units=0, write_units=1)


def test_what_looking_after_plugins_costs(
    stack: Container, plugins: Plugins, clock: FrozenClock
) -> None:
    # Given three instances of nobody else's list, which then stay silent
    for model in (PluginInstance, PluginWatchCursor):
        for item in list(model.scan()):
            item.delete()
    look = stack.plugin_watch.look
    look()
    for _ in range(3):
        plugins.active()
    # When nobody is due
    clock.advance(minutes=5)
    with count_calls() as idle:
        look()
    # Then
    assert_cost(
        idle, calls=3, operations=["GetItem", "Query", "UpdateItem"], read_units=1.5, write_units=1
    )
    # When two spans are looked at, and all are due in the first
    clock.advance(minutes=10)
    with count_calls() as due:
        assert look().silent == 3
    # Then
    operations = ["GetItem", "Query", "BatchGetItem", *["UpdateItem"] * 4, "Query", "UpdateItem"]
    assert_cost(due, calls=9, operations=operations, read_units=5, write_units=2 + 3 * 4)


def test_what_refusals_cost_before_and_after_there_were_too_many(
    stack: Container, plugins: Plugins, clock: FrozenClock
) -> None:
    # Given
    call = signed(plugins.active(), clock)
    forged = replace(call, headers={**call.headers, "x-firstspawn-signature": "v2=" + "0" * 64})
    strange = replace(call, headers={**call.headers, "x-firstspawn-key": "fs_pk_" + "0" * 24})
    shapeless = replace(call, headers={**call.headers, "x-firstspawn-key": "a key"})
    # When / Then: a read, for a refusal is judged by what is true now, and one counter
    for one in (forged, strange):
        with count_calls() as early:
            assert refused(stack, one) == 401
        assert_cost(
            early, calls=2, operations=["GetItem", "UpdateItem"], read_units=1, write_units=1
        )
    for one, limit in ((forged, 29), (strange, 119)):
        assert {refused(stack, one) for _ in range(limit)} == {401}
        assert refused(stack, one) == 429  # this process learns of it
    # Then nothing is written any more, and of a known key nothing read
    with count_calls() as late:
        assert refused(stack, forged) == 429
    assert_cost(late, calls=0, read_units=0, write_units=0)
    with count_calls() as late:
        assert refused(stack, strange) == 429
    assert_cost(late, calls=1, operations=["GetItem"], read_units=1, write_units=0)
    with count_calls() as free:
        assert refused(stack, shapeless) == 401
    assert_cost(free, calls=0)
    # And what fits costs what it always does
    with count_calls() as good:
        stack.plugin_authenticator.authenticate(call, unverified=False)
    assert_cost(good, calls=1, operations=["PutItem"], read_units=0, write_units=1)


def refused(stack: Container, call: SignedCall) -> int:
    """The status of a refusal."""
    with pytest.raises(ProblemError) as refusal:
        stack.plugin_authenticator.authenticate(call, unverified=False)
    return refusal.value.status


def test_what_the_life_of_an_instance_costs(
    stack: Container, plugins: Plugins, clock: FrozenClock
) -> None:
    # Given
    owner, server = Owners(stack).server()
    # When / Then
    with count_calls() as issue:
        installed = plugins.issue(server, owner)
    assert_cost(
        issue, calls=3, operations=["Query", "GetItem", "TransactWriteItems"], write_units=8
    )
    caller = plugins.caller(installed)
    with count_calls() as verify:
        stack.plugin_installation.verify(caller, VERIFY)
    assert_cost(
        verify, calls=4, operations=["Query", "GetItem", "GetItem", "TransactWriteItems"],
        write_units=10,  # the instance and its index, credential, book, server
    )  # fmt: skip
    with count_calls() as beat:
        stack.plugin_heartbeats.beat(caller, BEAT)
    assert_cost(beat, calls=1, operations=["UpdateItem"], read_units=0, write_units=1)
    with count_calls() as again:
        stack.plugin_heartbeats.beat(caller, BEAT)
    assert_cost(again, calls=2, operations=["UpdateItem", "GetItem"])
    clock.advance(seconds=1)
    news = BEAT.model_copy(update={"pluginVersion": "1.0.0"})
    with count_calls() as updated:
        stack.plugin_heartbeats.beat(replace(caller, signedAt=clock(), pluginVersion="0.9.0"), news)
    assert_cost(
        updated, calls=3, operations=["GetItem", "TransactWriteItems", "UpdateItem"],
        read_units=1, write_units=5,
    )  # fmt: skip
    clock.advance(seconds=1)
    with count_calls() as same:
        stack.plugin_heartbeats.beat(replace(caller, signedAt=clock(), pluginVersion="1.0.0"), news)
    assert_cost(same, calls=1, operations=["UpdateItem"])


def test_of_20_instances_asked_for_at_once_ten_are_made(
    engine: Engine, stack: Container, plugins: Plugins
) -> None:
    need_real_races(engine)
    # Given
    first = plugins.issue()
    issue = partial(stack.plugins.issue, first.owner, first.server.id, IssuePlugin())
    # When
    outcomes = race([issue] * 20)
    # Then
    assert kinds(outcomes)["IssuedPlugin"] == 9
    assert set(kinds(outcomes)) <= {"IssuedPlugin", "PluginLimitReached", "Unavailable"}
    assert book(stack, first.server.id).instances == 10


def test_a_server_is_verified_exactly_as_long_as_an_instance_is_active(
    engine: Engine, stack: Container, plugins: Plugins
) -> None:
    need_real_races(engine)
    # Given four that verify while two others are revoked
    first = plugins.active()
    second = plugins.active(first.server, first.owner)
    new = [plugins.issue(first.server, first.owner) for _ in range(3)]
    server_id = first.server.id

    def verify(installed: Installed) -> object:
        return stack.plugin_installation.verify(plugins.caller(installed), VERIFY)

    def revoke(installed: Installed) -> None:
        stack.plugins.revoke(first.owner, server_id, installed.pluginId)

    # When
    steps: list[Callable[[], object]] = [partial(verify, one) for one in new]
    steps += [partial(revoke, one) for one in (first, second)]
    race(steps)
    # Then
    statuses = [one.status.value for one in stack.plugins.list(first.owner, server_id).items]
    now = book(stack, server_id)
    assert now.active == statuses.count("ACTIVE")
    assert now.instances == 5 - statuses.count("REVOKED")
    assert stack.servers.get(server_id)[0].isVerified == (now.active > 0)
    # When all of them end at once
    race([partial(revoke, one) for one in (first, second, *new)])
    for one in (first, second, *new):
        stack.plugins.move(server_id, one.pluginId, PluginStatus.REVOKED)
    # Then
    assert (book(stack, server_id).instances, book(stack, server_id).active) == (0, 0)
    assert stack.servers.get(server_id)[0].isVerified is False


def test_of_6_first_verifications_at_once_one_counts(
    engine: Engine, stack: Container, plugins: Plugins
) -> None:
    need_real_races(engine)
    # Given
    installed = plugins.issue()
    caller = plugins.caller(installed)
    # When
    outcomes = race([partial(stack.plugin_installation.verify, caller, VERIFY)] * 6)
    # Then
    assert kinds(outcomes) == {"Verified": 6}
    assert book(stack, installed.server.id).active == 1


def test_no_rotation_outlives_a_revocation(
    engine: Engine, stack: Container, plugins: Plugins
) -> None:
    need_real_races(engine)
    # Given
    one = plugins.active()
    at = (one.owner, one.server.id, one.pluginId)

    def rotate() -> None:
        stack.plugins.rotate(*at, RotateSecret())

    # When
    steps: list[Callable[[], None]] = [rotate, rotate, partial(stack.plugins.revoke, *at), rotate]
    race(steps)
    stack.plugins.move(one.server.id, one.pluginId, PluginStatus.REVOKED)
    # Then
    (credential,) = PluginCredential.scan(PluginCredential.pluginId == one.pluginId)
    assert credential.status == "REVOKED"
    assert not credential.secret
    assert not credential.previousSecret


def test_a_rotation_by_who_has_not_seen_the_last_one_is_refused(
    stack: Container, plugins: Plugins
) -> None:
    # Given two who read the instance before either rotates
    one = plugins.active()
    store = PluginRepository()
    first, second = (store.find(one.server.id, one.pluginId, stack.clock()) for _ in "ab")
    until = stack.clock() + timedelta(hours=24)
    store.rotate(first, "sealed-1", until, stack.clock())
    # When / Then: the secret that was promised to stay good for a while does
    with pytest.raises(ChangedMeanwhile):
        store.rotate(second, "sealed-2", until, stack.clock())
    (credential,) = PluginCredential.scan(PluginCredential.pluginId == one.pluginId)
    assert credential.secret == "sealed-1"
    assert credential.previousSecret not in {None, "sealed-1", "sealed-2"}


def test_of_30_replays_of_a_call_one_gets_in(
    engine: Engine, stack: Container, plugins: Plugins, clock: FrozenClock
) -> None:
    need_real_races(engine)
    # Given
    call = signed(plugins.active(), clock)
    # When
    outcomes = race([partial(stack.plugin_authenticator.authenticate, call, unverified=False)] * 30)
    # Then
    assert kinds(outcomes) == {"PluginCaller": 1, "Replayed": 29}


def test_of_heartbeats_in_any_order_the_newest_stays(
    engine: Engine, stack: Container, plugins: Plugins
) -> None:
    need_real_races(engine)
    # Given
    installed = plugins.active()
    caller = plugins.caller(installed)

    def beat(seconds: int) -> object:
        at = caller.signedAt + timedelta(seconds=seconds)
        form = BEAT.model_copy(update={"onlinePlayers": seconds})
        return stack.plugin_heartbeats.beat(replace(caller, signedAt=at), form)

    # When
    race([partial(beat, seconds) for seconds in range(12)])
    # Then
    key = keys.plugin(installed.server.id, installed.pluginId)
    stored = PluginInstance.find(key, stack.clock(), consistent=True)
    assert stored
    assert stored.activePlayers == 11


def test_only_heartbeats_that_name_everybody_tell_who_was_not_there(
    stack: Container, plugins: Plugins, clock: FrozenClock
) -> None:
    # Given
    installed = plugins.active()
    key = keys.plugin(installed.server.id, installed.pluginId)

    def called(*beats: tuple[int, list[str]]) -> list[bool]:
        for online, players in beats:
            clock.advance(minutes=5)
            form = Heartbeat(onlinePlayers=online, maxPlayers=100, players=players)
            caller = replace(plugins.caller(installed), signedAt=clock())
            assert stack.plugin_heartbeats.beat(caller, form).counted
        stored = PluginInstance.find(key, clock(), consistent=True)
        assert stored
        return [roll.named(ALEX) for roll in rolls(stored)]

    # When / Then those that leave out somebody, or name one twice, prove nothing
    assert called((1, [])) == []
    assert called((1, [ALEX]), (2, [ALEX])) == [True]
    assert called((2, [ALEX, ALEX])) == []
    # And who is alone, or nobody, is everybody
    assert called((1, [ALEX]), (0, [])) == [True, False]
