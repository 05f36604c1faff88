"""Table stream -> messages: whatever follows from a change, apart from search."""

from typing import Any

from chalice.app import Blueprint

from firstspawn.events.changes import read_change
from firstspawn.events.rules import Message, messages
from firstspawn.wiring import container
from functions.worker import Record, failures, sequence_number, stream_batch

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="event_publisher")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Publish what a batch of changes means; report the records that must come again."""
    outbox: dict[str, list[Message]] = {}

    def collect(record: Record) -> None:
        outbox[sequence_number(record)] = messages(read_change(record))

    unreadable = stream_batch(event, collect)["batchItemFailures"]
    unsent = failures(container().publisher.send(outbox))["batchItemFailures"]
    return {"batchItemFailures": [*unreadable, *unsent]}
