"""Dead letters given back by the operator's command, on a mocked AWS."""

import io
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from firstspawn.mail.models import mail_item
from firstspawn.mail.schemas import MailMessage
from firstspawn.wiring import Container
from functions.streams.events import handler as event_publisher
from infra.replay import _WAYS, Stack, replay
from tests.support.engines import REGION
from tests.support.events import s3_event
from tests.unit.infra.templates import deployable

NAME = "firstspawn-dev"
KINDS = tuple(_WAYS)
MAPPINGS = {"event_publisher": "EventsFromTable", "search_indexer": "SearchFromTable"}


def _content(event: Any, context: Any) -> None:
    """A handler that has nothing to complain of."""


class Functions:
    """Lambda's API over handlers of this process."""

    def __init__(self) -> None:
        self.handlers: dict[str, Callable[[Any, Any], Any]] = {}
        self.events: list[tuple[str, Any]] = []

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        name, event = FunctionName.removeprefix(f"{NAME}-"), json.loads(Payload)
        self.events.append((name, event))
        handle: Callable[[Any, Any], Any] = self.handlers.get(name, _content)
        result = handle(event, None)
        return {"Payload": io.BytesIO(json.dumps(result).encode())}

    def list_event_source_mappings(self, FunctionName: str) -> dict[str, Any]:
        mapping = MAPPINGS[FunctionName.removeprefix(f"{NAME}-")]
        return {"EventSourceMappings": [deployable()["Resources"][mapping]["Properties"]]}


class Queues:
    """The stack's queues."""

    def __init__(self, sqs: Any) -> None:
        self._sqs = sqs
        names = ["mail", "uptime", *(f"{kind}-dead" for kind in KINDS)]
        self.urls = {n: sqs.create_queue(QueueName=f"{NAME}-{n}")["QueueUrl"] for n in names}

    def send(self, name: str, body: Any) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self._sqs.send_message(QueueUrl=self.urls[name], MessageBody=text)

    def bodies(self, name: str) -> list[str]:
        found = self._sqs.receive_message(QueueUrl=self.urls[name], MaxNumberOfMessages=10)
        return [message["Body"] for message in found.get("Messages", [])]

    def count(self, name: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self.urls[name], AttributeNames=names)
        return sum(map(int, found["Attributes"].values()))


@pytest.fixture
def queues(stack: Container) -> Queues:
    made = Queues(boto3.client("sqs", region_name=REGION))
    update = {f"{name}_queue_url": made.urls[name] for name in ("mail", "uptime")}
    stack.settings = stack.settings.model_copy(update=update)
    return made


@pytest.fixture
def deployed(queues: Queues) -> Stack:
    sqs, streams = (boto3.client(name, region_name=REGION) for name in ("sqs", "dynamodbstreams"))
    return Stack(NAME, sqs, Functions(), streams)


@pytest.fixture
def letter(stack: Container) -> Any:
    """What Lambda leaves of one new mail among the dead letters of the stream's consumer."""
    mail_item("m1", "account_exists", "late@example.com", {}, stack.clock()).save()
    streams = boto3.client("dynamodbstreams", region_name=REGION)
    [table] = streams.list_streams(TableName=stack.settings.table)["Streams"]
    arn = table["StreamArn"]
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    where = {"StreamArn": arn, "ShardId": shard["ShardId"]}
    start = streams.get_shard_iterator(**where, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    last = streams.get_records(ShardIterator=start)["Records"][-1]["dynamodb"]["SequenceNumber"]
    batch = {"streamArn": arn, "shardId": shard["ShardId"], "batchSize": 1,
        "startSequenceNumber": last, "endSequenceNumber": last}  # fmt: skip
    return {"DDBStreamBatchInfo": batch}


def test_messages_go_back_to_their_queue(deployed: Stack, queues: Queues) -> None:
    queues.send("mail-dead", "a mail")
    queues.send("uptime-dead", "a round")

    assert replay(deployed, lambda _: None) == 0

    assert (queues.bodies("mail"), queues.bodies("uptime")) == (["a mail"], ["a round"])
    assert (queues.count("mail-dead"), queues.count("uptime-dead")) == (0, 0)


def test_an_upload_is_taken_in_and_a_tick_that_is_over_let_go(
    deployed: Stack, queues: Queues
) -> None:
    upload = s3_event("media", "uploads/a")
    queues.send("async-dead", upload)
    queues.send("async-dead", {"source": "aws.events", "time": "2026-11-22T12:00:00Z"})

    assert replay(deployed, lambda _: None) == 0

    assert deployed.functions.events == [("upload_processor", upload)]
    assert queues.count("async-dead") == 0


def test_a_change_is_read_from_the_stream_and_told_again(
    deployed: Stack, queues: Queues, letter: Any
) -> None:
    deployed.functions.handlers["event_publisher"] = event_publisher
    queues.send("events-dead", letter)

    assert replay(deployed, lambda _: None) == 0

    [body] = queues.bodies("mail")
    assert MailMessage.model_validate_json(body).to == "late@example.com"
    assert queues.count("events-dead") == 0


def test_a_consumer_is_told_only_of_the_types_it_is_about(
    deployed: Stack, queues: Queues, letter: Any
) -> None:
    queues.send("search-dead", letter)

    assert replay(deployed, lambda _: None) == 0

    assert deployed.functions.events == []


def test_what_fails_again_stays_and_is_counted(
    deployed: Stack, queues: Queues, letter: Any
) -> None:
    failed = {"batchItemFailures": [{"itemIdentifier": "1"}]}
    deployed.functions.handlers["event_publisher"] = lambda *_: failed
    queues.send("events-dead", letter)
    told: list[str] = []

    assert replay(deployed, told.append) == 1

    assert queues.count("events-dead") == 1
    assert "  event_publisher failed again: its log says why" in told


def test_what_the_stream_has_forgotten_stays(
    deployed: Stack, queues: Queues, letter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    end: dict[str, Any] = {"Records": [], "NextShardIterator": None}
    monkeypatch.setattr(deployed.streams, "get_records", lambda **_: end)
    queues.send("search-dead", letter)
    told: list[str] = []

    assert replay(deployed, told.append) == 1

    assert any("a reindex" in line for line in told)
