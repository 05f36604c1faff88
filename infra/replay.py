"""The operator's command: `python -m infra.replay --stack aws --stage prod` gives what ended among
the dead letters back to whom it was for, once the cause is mended.

Every consumer is idempotent, so a message replayed twice does nothing twice. What fails again
stays where it is, and so does a change that the table's stream has forgotten (after 24 hours).
"""

import argparse
import base64
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.target import Target

_PAGES = 100
_HIDDEN_SECONDS = 300  # from another replay, while this one works
_FORGOTTEN = {"TrimmedDataAccessException", "ResourceNotFoundException"}


class NotReplayed(Exception):
    """A dead letter that stays one; the text says why."""


@dataclass(frozen=True)
class Stack:
    """A deployed stack's name, and boto3's clients of it."""

    name: str
    sqs: Any
    functions: Any
    streams: Any


def replay(stack: Stack, report: Callable[[str], None]) -> int:
    """Go through every queue of dead letters; return how many are left in them."""
    left = 0
    for kind, again in _WAYS.items():
        done, reasons = _drain(stack, f"{stack.name}-{kind}-dead", again)
        report(f"{kind}: {done} replayed, {len(reasons)} left")
        for reason in dict.fromkeys(reasons):
            report(f"  {reason}")
        left += len(reasons)
    return left


def _drain(stack: Stack, queue: str, again: Callable[[Stack, str], None]) -> tuple[int, list[str]]:
    url = stack.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    done, kept = 0, dict[str, str]()
    while True:
        answer = stack.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=_HIDDEN_SECONDS
        )
        fresh = [one for one in answer.get("Messages", []) if one["MessageId"] not in kept]
        if not fresh:
            return done, list(kept.values())
        for message in fresh:
            try:
                again(stack, message["Body"])
            except NotReplayed as error:
                kept[message["MessageId"]] = str(error)
            else:
                stack.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                done += 1


def _send(stack: Stack, body: str, *, queue: str) -> None:
    url = stack.sqs.get_queue_url(QueueName=f"{stack.name}-{queue}")["QueueUrl"]
    stack.sqs.send_message(QueueUrl=url, MessageBody=body)


def _invoke(stack: Stack, function: str, event: Any) -> None:
    answer = stack.functions.invoke(
        FunctionName=f"{stack.name}-{function}", Payload=json.dumps(event).encode()
    )
    result = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer or (result and result.get("batchItemFailures")):
        raise NotReplayed(f"{function} failed again: its log says why")


def _upload(stack: Stack, body: str) -> None:
    """An upload is taken in; a tick of the schedule is over and is let go."""
    event = json.loads(body)
    if "Records" in event:
        _invoke(stack, "upload_processor", event)


def _changes(stack: Stack, body: str, *, function: str) -> None:
    """Lambda's letter of a stream names changes and does not hold them: they are read again."""
    letter = json.loads(body)
    if "Records" in letter:  # the consumer's own letter holds its change
        return _invoke(stack, function, letter)
    batch = letter["DDBStreamBatchInfo"]
    types = _types(stack, function)
    records = [one for one in _records(stack, batch) if _type(one) in types]
    return _invoke(stack, function, {"Records": records}) if records else None


def _types(stack: Stack, function: str) -> set[str]:
    """The item types that the function's event source mapping lets through."""
    name = f"{stack.name}-{function}"
    mappings = stack.functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    patterns = [
        json.loads(one["Pattern"])["dynamodb"] for m in mappings
        for one in m["FilterCriteria"]["Filters"]
    ]  # fmt: skip
    return {
        type_
        for images in patterns
        for image in images.values()
        for type_ in image.get("type", {"S": []})["S"]
    }


def _type(record: Mapping[str, Any]) -> str:
    images = record["dynamodb"]
    return str((images.get("NewImage") or images["OldImage"])["type"]["S"])


def _records(stack: Stack, batch: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The batch's changes, as Lambda would tell them. Raises NotReplayed if they are forgotten."""
    found: list[dict[str, Any]] = []
    last = int(batch["endSequenceNumber"])
    try:
        where = stack.streams.get_shard_iterator(
            StreamArn=batch["streamArn"],
            ShardId=batch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch["startSequenceNumber"],
        ).get("ShardIterator")
        for _ in range(_PAGES):
            page = stack.streams.get_records(ShardIterator=where)
            for record in page["Records"]:
                number = int(record["dynamodb"]["SequenceNumber"])
                if number <= last:
                    found.append(_as_event(record))
                if number >= last:
                    return found
            where = page.get("NextShardIterator")
            if where is None:
                break
    except ClientError as error:
        if error.response["Error"]["Code"] not in _FORGOTTEN:
            raise
    raise NotReplayed(
        "the stream has forgotten the changes (a reindex brings the index up to date)"
    )


def _as_event(record: Mapping[str, Any]) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(json.dumps(record, default=_plain))
    if identity := event.get("userIdentity"):
        event["userIdentity"] = {name[0].lower() + name[1:]: identity[name] for name in identity}
    return event


def _plain(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else base64.b64encode(value).decode()


_WAYS: dict[str, Callable[[Stack, str], None]] = {
    "mail": partial(_send, queue="mail"),
    "exports": partial(_send, queue="exports"),
    "deletions": partial(_send, queue="deletions"),
    "identities": partial(_send, queue="identities"),
    "reactions": partial(_send, queue="reactions"),
    "rebuild": partial(_send, queue="rebuild"),
    "uptime": partial(_send, queue="uptime"),
    "async": _upload,
    "events": partial(_changes, function="event_publisher"),
    "search": partial(_changes, function="search_indexer"),
}


def main(arguments: list[str] | None = None) -> int:
    """Replay a stack's dead letters. Returns 1 if some are left."""
    parser = argparse.ArgumentParser(prog="python -m infra.replay", description=__doc__)
    parser.add_argument("--stack", choices=["embedded", "localstack", "aws"], required=True)
    parser.add_argument("--stage", choices=["dev", "staging", "prod"], default="dev")
    options = parser.parse_args(arguments)
    target = Target.from_environment(options.stack, options.stage, {})
    clients = map(target.client, ("sqs", "lambda", "dynamodbstreams"))
    return int(replay(Stack(target.name, *clients), print) > 0)


if __name__ == "__main__":
    sys.exit(main())
