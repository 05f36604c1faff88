"""Table stream -> search index: changed servers are read again and written to the index."""

import json
from dataclasses import dataclass, field
from typing import Any

from chalice.app import Blueprint

from firstspawn.events.changes import read_change
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record, failures, identifiers, sequence_number, stream_batch

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="search_indexer")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Index the servers of a batch, each once; report the records that must come again.

    Only an outage makes records come again, for hours if need be. What can never be indexed is put
    among the dead letters, lest it holds up the stream meanwhile: once nothing else of the batch
    comes again, for then it would come along, and be buried at each attempt.
    """
    records: dict[str, list[Record]] = {}

    def collect(record: Record) -> None:
        records.setdefault(_server_id(record), []).append(record)

    unreadable = set(identifiers(stream_batch(event, collect)))
    strange = [[one] for one in event["Records"] if sequence_number(one) in unreadable]
    outcome = _index(list(records))
    hopeless = [records[one] for one in outcome.refused] + strange
    again = [records[one] for one in outcome.again]
    again += hopeless if again else _bury(hopeless)
    return failures(sequence_number(record) for change in again for record in change)


def _server_id(record: Record) -> str:
    change = read_change(record)
    values = change.new or change.old
    return str(values["serverId"] if "serverId" in values else values["id"])


@dataclass
class _Outcome:
    """Servers that must come again, and servers that can never be indexed."""

    again: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def _index(wanted: list[str]) -> _Outcome:
    """Index all at once, or one by one if one of them spoils it."""
    try:
        failed = container().indexing.index(wanted)
    except Exception as error:
        logger().exception("servers could not be indexed", extra={"servers": wanted})
        if container().is_outage(error):
            return _Outcome(again=wanted)
        if len(wanted) == 1:
            return _Outcome(refused=wanted)
        alone = [_index([one]) for one in wanted]
        return _Outcome([one for part in alone for one in part.again],
                        [one for part in alone for one in part.refused])  # fmt: skip
    for failure in failed:
        extra = {"server": failure.id, "reason": failure.reason, "retried": failure.retryable}
        logger().error("a server was not indexed", extra=extra)
    return _Outcome(
        [failure.id for failure in failed if failure.retryable],
        [failure.id for failure in failed if not failure.retryable],
    )


def _bury(changes: list[list[Record]]) -> list[list[Record]]:
    """Put what can never be indexed among the dead letters: of each server its last change.

    A letter is an event for this function, so that a replay is an invocation. Returns the changes
    whose letter was not taken.
    """
    letters = [json.dumps({"Records": records[-1:]}) for records in changes]
    rejected = set(container().search_dead_letters.send(letters)) if letters else set()
    return [records for position, records in enumerate(changes) if position in rejected]
