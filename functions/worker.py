"""The edge of what is not HTTP: record by record, with an honest account of failures.

Batches answer with `batchItemFailures` (the event source mappings ask for it), so one poison
record is tried again and ends in the DLQ alone, while the others are done.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from functions.logs import logger

Record = Mapping[str, Any]


def queue_batch(event: Record, handle: Callable[[Record], None]) -> dict[str, Any]:
    """Run `handle` on each SQS record; failures are reported by message id."""
    return _batch(event["Records"], handle, _message_id)


def queue_batch_at_once(event: Record, handle: Callable[[Record], None]) -> dict[str, Any]:
    """The same with a thread for each record, for work that mostly waits.

    What the threads share has to be there before, or to bear being made by two at once.
    """
    records = event["Records"]
    logger()

    def alone(record: Record) -> dict[str, Any]:
        return _batch([record], handle, _message_id)

    with ThreadPoolExecutor(len(records)) as pool:
        return failures(one for answer in pool.map(alone, records) for one in identifiers(answer))


def stream_batch(event: Record, handle: Callable[[Record], None]) -> dict[str, Any]:
    """Run `handle` on each table stream record; failures are reported by sequence number."""
    return _batch(event["Records"], handle, sequence_number)


def sequence_number(record: Record) -> str:
    """What identifies a stream record in a failure report."""
    return str(record["dynamodb"]["SequenceNumber"])


def failures(identifiers: Iterable[str]) -> dict[str, Any]:
    """The answer that makes Lambda try these again."""
    return {"batchItemFailures": [{"itemIdentifier": one} for one in identifiers]}


def identifiers(answer: Mapping[str, Any]) -> list[str]:
    """The records that a batch's answer reports."""
    return [str(one["itemIdentifier"]) for one in answer["batchItemFailures"]]


def _message_id(record: Record) -> str:
    return str(record["messageId"])


def _batch(
    records: Iterable[Record], handle: Callable[[Record], None], identify: Callable[[Record], str]
) -> dict[str, Any]:
    logger()  # lines of the services are written through it
    failed = []
    for record in records:
        try:
            handle(record)
        except Exception:
            failed.append(identify(record))
            logger().exception("record failed", extra={"record": failed[-1]})
    return failures(failed)
