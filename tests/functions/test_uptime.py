"""The uptime functions: a tick of EventBridge and messages of SQS in, messages and statuses out."""

import json
from datetime import timedelta
from threading import Barrier
from typing import Any

import boto3
import pytest

from firstspawn.clients.gameservers import PingResult
from firstspawn.config import Settings
from firstspawn.db import keys
from firstspawn.kit.clock import epoch, parse_rfc3339
from firstspawn.uptime.models import RosterCounter
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.rounds import RoundService
from firstspawn.wiring import Container
from functions.queues import uptime as worker
from functions.scheduled import uptime as schedule
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.engines import REGION
from tests.support.events import sqs_event
from tests.support.servers import Owners
from tests.support.uptime import (
    FakeIcons,
    FakePinger,
    away_since,
    checks,
    enrol,
    fresh_roster,
    offline,
    online,
)

NOON = 1_795_348_800 // 60  # in minutes since 1970, like the test clock's


class Inbox:
    """The uptime queue, read."""

    def __init__(self, url: str) -> None:
        self.url, self._sqs = url, boto3.client("sqs", region_name=REGION)

    def delayed(self) -> int:
        """How many messages wait for their time."""
        name = "ApproximateNumberOfMessagesDelayed"
        answer = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=[name])
        return int(answer["Attributes"][name])

    def take(self) -> list[dict[str, Any]]:
        """All messages, which are then gone."""
        messages: list[dict[str, Any]] = []
        while True:
            got = self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
            if not got.get("Messages"):
                return messages
            for message in got["Messages"]:
                messages.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])


@pytest.fixture
def inbox(table: str) -> Inbox:
    sqs = boto3.client("sqs", region_name=REGION)
    return Inbox(sqs.create_queue(QueueName="uptime")["QueueUrl"])


@pytest.fixture
def settings(settings: Settings, inbox: Inbox) -> Settings:
    return settings.model_copy(update={"uptime_queue_url": inbox.url})


@pytest.fixture
def shard(stack: Container, clock: FrozenClock) -> int:
    """A roster of the test's own, in the module's table."""
    return fresh_roster(clock)


@pytest.fixture
def pinger(stack: Container, clock: FrozenClock) -> FakePinger:
    """Stands for all game servers."""
    fake = FakePinger()
    stack.__dict__["uptime_rounds"] = RoundService(RosterRepository(), fake, FakeIcons(), clock)
    return fake


def tick(time: str) -> dict[str, Any]:
    """What EventBridge sends a scheduled rule's target."""
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": time,
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/every-minute"],
        "detail": {},
    }


def body(first: int, end: int, step: int = 5, **other: Any) -> str:
    message = {"from": first, "to": end, "step": step, "direct": False, "minute": NOON}
    return json.dumps(message | other)


def test_a_tick_sends_one_message_with_the_rosters_of_its_minute(
    shard: int, inbox: Inbox, clock: FrozenClock
) -> None:
    enrol(clock)

    answer = schedule.handler(tick("2026-11-22T12:00:00Z"), None)

    assert answer == {"rosters": len(range(0, shard + 1, 5))}
    expected = {"from": 0, "to": shard + 1, "step": 5, "direct": False, "minute": NOON}
    assert inbox.take() == [expected]


def test_a_minute_without_rosters_sends_nothing(
    stack: Container, inbox: Inbox, clock: FrozenClock
) -> None:
    RosterCounter.at(keys.roster_counter(), n=1).save()

    assert schedule.handler(tick("2026-11-22T12:01:00Z"), None) == {"rosters": 0}
    assert inbox.take() == []


def test_a_tick_started_by_hand_takes_the_clocks_minute(
    stack: Container, inbox: Inbox, clock: FrozenClock
) -> None:
    RosterCounter.at(keys.roster_counter(), n=1).save()

    schedule.handler({}, None)

    assert [message["minute"] for message in inbox.take()] == [NOON]


def test_a_message_about_many_rosters_becomes_ten(
    stack: Container, inbox: Inbox, pinger: FakePinger
) -> None:
    answer = worker.handler(sqs_event([body(2, 300)]), None)

    assert answer == {"batchItemFailures": []}
    parts = inbox.take()
    assert len(parts) == 10
    reached = [n for part in parts for n in range(part["from"], part["to"], part["step"])]
    assert sorted(reached) == list(range(2, 300, 5))
    assert pinger.asked == []


def test_a_message_about_one_roster_is_its_round(
    shard: int, pinger: FakePinger, clock: FrozenClock, client: Client
) -> None:
    (server,) = enrol(clock)
    pinger.answer = lambda slot: online(33)

    answer = worker.handler(sqs_event([body(shard, shard + 1)]), None)

    assert answer == {"batchItemFailures": []}
    status = client.get(f"/servers/{server}/status")
    assert status.json["isOnline"] is True
    assert status.json["playerCount"] == 33
    assert status.json["checkedAt"] == "2026-11-22T12:00:00Z"


def test_the_rounds_of_a_batch_run_side_by_side(
    stack: Container, pinger: FakePinger, clock: FrozenClock
) -> None:
    # Given three rosters, each of whose servers answers when those of the others were asked, too
    shards = []
    for _ in range(3):
        shards.append(fresh_roster(clock))
        enrol(clock)
    together = Barrier(len(shards))

    def answer(slot: int) -> PingResult:
        together.wait(timeout=20)
        return online()

    pinger.answer = answer
    # When
    batch = sqs_event([body(shard, shard + 1) for shard in shards])
    result = worker.handler(batch, None)
    # Then
    assert result == {"batchItemFailures": []}
    assert [checks(shard) for shard in shards] == [[1]] * 3


def test_a_round_that_fails_takes_nobody_of_its_batch_along(
    stack: Container, pinger: FakePinger, clock: FrozenClock
) -> None:
    # Given a batch of which one message cannot be read, and one roster's round breaks off
    broken = fresh_roster(clock)
    enrol(clock, 2)
    whole = fresh_roster(clock)
    enrol(clock)

    def answer(slot: int) -> PingResult:
        if slot == 1:  # only the first roster has it
            raise RuntimeError
        return online()

    pinger.answer = answer
    # When
    bodies = ["{}", body(broken, broken + 1), body(whole, whole + 1)]
    result = worker.handler(sqs_event(bodies), None)
    # Then
    assert result == {"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m1"}]}
    assert (checks(broken), checks(whole)) == ([], [1])


def test_a_repeated_message_is_done_with(
    shard: int, pinger: FakePinger, clock: FrozenClock
) -> None:
    enrol(clock)
    clock.advance(minutes=5)
    message = body(shard, shard + 1, minute=NOON + 5)

    answers = [worker.handler(sqs_event([message]), None) for _ in range(2)]

    assert answers == [{"batchItemFailures": []}] * 2
    assert len(pinger.asked) == 1


def test_a_new_servers_message_comes_again_while_its_roster_is_held(
    stack: Container, pinger: FakePinger, clock: FrozenClock, inbox: Inbox
) -> None:
    clock.advance(minutes=30)
    lease = RosterRepository().take(700, clock(), clock.advance(seconds=40), None)
    assert lease
    clock.advance(seconds=-40)

    answer = worker.handler(sqs_event([body(700, 701, 1, direct=True, minute=None)]), None)

    # It is no failure: those are counted towards the dead letters.
    assert answer == {"batchItemFailures": []}
    assert inbox.delayed() == 1


@pytest.mark.parametrize("text", ["", "{}", '{"from": 1}', body(0, 1, 0)])
def test_a_message_that_cannot_be_read_goes_to_the_dead_letters(
    stack: Container, text: str
) -> None:
    answer = worker.handler(sqs_event([text]), None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_a_server_nobody_checked_yet_has_a_status(
    stack: Container, clock: FrozenClock, client: Client
) -> None:
    (server,) = enrol(clock)

    answer = client.get(f"/servers/{server}/status")

    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=30"
    state = answer.json
    assert "2026-11-22T12:00:00Z" < state.pop("nextCheckAt") <= "2026-11-22T12:05:00Z"
    assert state == {
        "serverId": server, "isOnline": False, "playerCount": 0, "maxPlayers": 0,
        "gameVersion": None, "motd": None, "motdHtml": None, "iconUrl": None,
        "latency": None, "uptime": 0.0,
        "unreachableSince": None, "isUnlisted": False, "isEulaBlocked": False,
        "checkedAt": None, "lastOnlineAt": None, "maintenance": [],
    }  # fmt: skip


@pytest.mark.parametrize("slot", [0, 1])
@pytest.mark.parametrize("days", [0, 2, 8])
def test_the_next_check_is_announced_for_when_it_is(
    shard: int, pinger: FakePinger, clock: FrozenClock, client: Client, days: int, slot: int
) -> None:
    # Given a server that has been away for so long
    server = enrol(clock, slot + 1)[slot]
    pinger.answer = lambda slot: offline()
    clock.advance(minutes=shard % 5)

    def round_asks() -> bool:
        before = len(pinger.asked)
        message = body(shard, shard + 1, minute=epoch(clock()) // 60)
        assert worker.handler(sqs_event([message]), None) == {"batchItemFailures": []}
        return f"s{slot}.example.org" in {
            target.host for asked in pinger.asked[before:] for target in asked
        }

    assert round_asks()
    away_since(shard, clock() - timedelta(days=days))

    # When rounds pass, then the one that asks is the one that was announced
    for _ in range(30):
        told = client.get(f"/servers/{server}/status").json["nextCheckAt"]
        now, announced = clock.advance(minutes=5), parse_rfc3339(told)
        assert (announced == now) if round_asks() else (announced > now)


@pytest.mark.parametrize("server", ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "no-id", "x" * 3000])
@pytest.mark.parametrize("part", ["status", "uptime"])
def test_an_unknown_server_is_not_found(client: Client, server: str, part: str) -> None:
    answer = client.get(f"/servers/{server}/{part}")

    assert (answer.status, answer.code) == (404, "server_not_found")


def test_a_graph_tells_its_checks(
    shard: int, pinger: FakePinger, clock: FrozenClock, client: Client
) -> None:
    (server,) = enrol(clock)
    for _ in range(3):
        worker.handler(sqs_event([body(shard, shard + 1, minute=epoch(clock()) // 60)]), None)
        clock.advance(minutes=5)

    answer = client.get(f"/servers/{server}/uptime")

    assert answer.json == {
        "serverId": server, "range": "24h", "resolution": "hour", "uptime": 100.0,
        "points": [
            {"at": "2026-11-22T12:00:00Z", "checks": 3, "uptime": 100.0, "players": 10.0,
             "peakPlayers": 10, "latency": 20}
        ],
    }  # fmt: skip


def test_an_unknown_range_is_refused(stack: Container, clock: FrozenClock, client: Client) -> None:
    (server,) = enrol(clock)

    answer = client.get(f"/servers/{server}/uptime", query=[("range", "2y")])

    assert answer.status == 422


def test_a_badge_and_a_card_are_served_for_other_peoples_pages(
    stack: Container, client: Client
) -> None:
    # Given
    _, server = Owners(stack).server()
    # When
    svg = client.get(f"/servers/{server.slug}/badge.svg", query=[("metric", "status")])
    page = client.get(f"/servers/{server.id}/embed")
    # Then both may be cached and compared, and only the card may be framed
    assert svg.headers["content-type"] == "image/svg+xml"
    assert "offline" in svg.body
    assert page.headers["content-type"].startswith("text/html")
    assert server.name in page.body
    for answer in (svg, page):
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert answer.headers["etag"]
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in svg.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/servers/nobody/badge.svg", "/servers/nobody/embed"])
def test_there_is_no_badge_of_an_unknown_server(client: Client, path: str) -> None:
    assert client.get(path).code == "server_not_found"
