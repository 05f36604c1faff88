"""The nightly reindex and the operator's command, on a real table's items."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from firstspawn.clients.search import open_search
from firstspawn.clients.search.interface import SearchQuery
from firstspawn.clients.search.opensearch import OpenSearchEngine
from firstspawn.db import keys
from firstspawn.discovery.documents import document
from firstspawn.servers.models import ServerStats
from firstspawn.servers.repository import ServerRepository
from firstspawn.wiring import Container
from functions.queues import rebuild as search_rebuilder
from functions.scheduled import reindex as search_nightly
from infra.reindex import main
from tests.support.clock import FrozenClock
from tests.support.engines import REGION
from tests.support.events import sqs_event
from tests.support.permissions import under_role
from tests.support.servers import Owners
from tests.unit.infra.templates import deployable


def test_a_reindex_finds_every_listed_server_in_the_table(
    stack: Container, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given servers that no stream record ever told the index of, one of them deleted
    stack.search_engine = open_search(f"sqlite:///{tmp_path}/search.db")
    owners = Owners(stack)
    _, listed = owners.server()
    owner, deleted = owners.server()
    stack.servers.delete(owner, deleted.id, None)

    # When the command runs, without an index to begin with
    assert main([]) == 0

    # Then the listed one is found and the deleted one is hidden
    ids = {hit["id"] for hit in stack.search_engine.search(SearchQuery(size=100)).hits}
    assert listed.id in ids
    assert deleted.id not in ids
    assert "documents in the new index" in capsys.readouterr().out
    stack.search_engine.close()


def test_a_reindex_without_an_engine_says_so(
    stack: Container, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.search_engine = OpenSearchEngine("http://127.0.0.1:9", timeout=1)

    assert main([]) == 1

    assert "the old index goes on" in capsys.readouterr().err


class Queue:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send(self, bodies: Sequence[str]) -> list[int]:
        """Take all."""
        self.bodies += bodies
        return []


class Context:
    """An invocation with little time: every step is a message."""

    def get_remaining_time_in_millis(self) -> int:
        """Nearly over."""
        return 1


def assert_watched(line: dict[str, Any], alarm: str, *, stack: str) -> None:
    """A log line's metric sets off an alarm of the template, of this stack and no other."""
    watched = deployable()["Resources"][alarm]["Properties"]
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert watched["Namespace"] == directive["Namespace"]
    assert watched["MetricName"] in [one["Name"] for one in directive["Metrics"]]
    (dimensions,) = directive["Dimensions"]
    assert watched["Dimensions"] == [
        {"Name": name, "Value": {"Ref": "AWS::StackName"}} for name in dimensions
    ]
    assert [line[name] for name in dimensions] == [stack]
    assert line[watched["MetricName"]] >= watched["Threshold"]
    assert watched["AlarmActions"]["Fn::If"][0] == "HasAlarmTopic"


def test_the_night_fills_a_new_index_step_by_step_and_tells_the_drift(
    indexed: Container, clock: FrozenClock, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("firstspawn.discovery.drift.SETTLE_SECONDS", 0)
    # Given a server, listed an hour ago, with verified reviews that no record told the index of
    owners = Owners(indexed)
    _, server = owners.server()
    stats = ServerStats.at(keys.server_stats(server.id), serverId=server.id)
    stats.verifiedReviewCount, stats.verifiedRatingSum = 3, 15
    stats.save()
    clock.advance(hours=1)
    queue = Queue()
    indexed.__dict__["rebuild_queue"] = queue

    # When the schedule ticks and every message is delivered, twice
    assert under_role(search_nightly.handler, "SearchNightly")({}, None) == {"scheduled": True}
    step = under_role(search_rebuilder.handler, "SearchRebuilder")
    steps = 0
    while queue.bodies:
        body = queue.bodies.pop(0)
        assert step(sqs_event([body]), Context()) == {"batchItemFailures": []}
        steps += 1

    # Then the server is found, its counters are noted, and the metric says what was missing
    hits = {hit["id"]: hit for hit in indexed.search_engine.search(SearchQuery(size=100)).hits}
    assert hits[server.id]["trend"] == 60
    assert steps == 3
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    (done,) = [line for line in told if line["message"] == "reindexed"]
    assert done["SearchDrift"] == done["missing"] > 0
    assert_watched(done, "SearchDriftAlarm", stack=indexed.settings.table)
    stats.refresh()
    assert [int(number) for number in stats.pastCounts[0][1:]] == [0, 3, 0]
    assert stats.version == 2

    # And another delivery of a step that is done changes nothing
    late = json.dumps({"index": "1", "before": "0"})
    assert step(sqs_event([late]), Context()) == {"batchItemFailures": []}
    assert "reindex overtaken" in log.getvalue()


def test_a_step_that_fails_comes_again(indexed: Container) -> None:
    indexed.search_engine = OpenSearchEngine("http://127.0.0.1:9", timeout=1)

    answer = search_rebuilder.handler(sqs_event(["{}"]), Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_counters_that_move_while_they_are_noted_are_left_alone(indexed: Container) -> None:
    _, server = Owners(indexed).server()
    stats = ServerStats.at(keys.server_stats(server.id), serverId=server.id, reviewCount=1)
    stats.save()
    parts = ServerRepository().read_parts([server.id])[server.id]
    stats.update(actions=[ServerStats.reviewCount.add(1), ServerStats.version.add(1)])

    ServerRepository().note_counts(parts, [[1, 2, 3, 4]])

    stats.refresh()
    assert stats.reviewCount == 2
    assert stats.pastCounts is None


def test_drift_is_told_and_mended(
    indexed: Container, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("firstspawn.discovery.drift.SETTLE_SECONDS", 0)
    _, server = Owners(indexed).server()

    codes = [main(["--drift"]), main(["--repair"]), main(["--drift"])]

    assert codes == [2, 0, 0]
    out = capsys.readouterr().out
    assert server.id in out
    assert "mended" in out


def set_status(stack: Container, server_id: str, name: str, value: dict[str, str]) -> None:
    """Write an attribute of a server's state past everything that checks it."""
    key = keys.server_status(server_id)
    boto3.client("dynamodb", region_name=REGION).update_item(
        TableName=stack.settings.table,
        Key={"PK": {"S": key.pk}, "SK": {"S": key.sk}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value},
    )


def test_an_item_that_nobody_can_read_stops_neither_the_night_nor_the_command(
    indexed: Container,
    log: io.StringIO,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("firstspawn.discovery.drift.SETTLE_SECONDS", 0)
    # Given two servers, one of them with a state that is no number
    owners = Owners(indexed)
    (_, whole), (_, broken) = owners.server(), owners.server()
    set_status(indexed, broken.id, "uptime", {"S": "lots"})
    queue = Queue()
    indexed.__dict__["rebuild_queue"] = queue

    # When the night passes
    search_nightly.handler({}, None)
    while queue.bodies:
        body = queue.bodies.pop(0)
        assert search_rebuilder.handler(sqs_event([body]), Context()) == {"batchItemFailures": []}

    # Then the other one is found, and an operator is told which one is not, and why
    hits = {hit["id"] for hit in indexed.search_engine.search(SearchQuery(size=100)).hits}
    assert (whole.id in hits, broken.id in hits) == (True, False)
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    (refused,) = [line for line in told if line["message"] == "servers cannot be indexed"]
    assert (refused["servers"], refused["SearchRefused"]) == ([broken.id], 1)
    assert_watched(refused, "SearchRefusedAlarm", stack=indexed.settings.table)
    assert f"server {broken.id} cannot be indexed: AttributeDeserializationError" in log.getvalue()

    # And the command says so as well
    assert (main(["--drift"]), main([])) == (2, 0)
    assert capsys.readouterr().out.count(f"cannot be indexed: 1 {broken.id}") == 2
    set_status(indexed, broken.id, "uptime", {"N": "1"})


def test_an_index_ahead_of_a_restored_table_is_told_and_left_to_the_reindex(
    indexed: Container,
    clock: FrozenClock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("firstspawn.discovery.drift.SETTLE_SECONDS", 0)
    # Given a server, listed an hour ago, that the index knows a newer state of
    _, server = Owners(indexed).server()
    clock.advance(hours=1)
    newer = document(ServerRepository().read_parts([server.id])[server.id], clock())
    indexed.search_engine.write([replace(newer, revision=newer.revision + 7)])

    # When an operator compares, mends, reindexes and compares again
    assert main(["--drift"]) == main(["--repair"]) == 2
    told = capsys.readouterr().out
    assert main([]) == 0
    assert main(["--repair"]) == 0

    # Then only the reindex claims to mend it
    assert told.count(f"ahead: 1 {server.id}") == told.count("`make reindex` mends that") == 2
    after = capsys.readouterr().out
    assert "1 ahead" in after
    assert "ahead: 0" in after
