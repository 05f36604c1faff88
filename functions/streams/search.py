"""Table stream -> search index: changed servers are read again and written to the index."""

import json
from dataclasses import dataclass, field
from typing import Any

from chalice.app import Blueprint

from firstspawn.events.changes import read_change
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record, failures, sequence_number, stream_batch

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="search_indexer")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Index the servers of a batch, each once; report the records that must come again."""
    records: dict[str, list[Record]] = {}

    def collect(record: Record) -> None:
        records.setdefault(_server_id(record), []).append(record)

    answer = stream_batch(event, collect)
    outcome = _index(list(records))
    again = outcome.again + _bury({one: records[one] for one in outcome.refused})
    told = failures(sequence_number(record) for one in again for record in records[one])
    answer["batchItemFailures"] += told["batchItemFailures"]
    return answer


def _server_id(record: Record) -> str:
    change = read_change(record)
    values = change.new or change.old
    return str(values["serverId"] if "serverId" in values else values["id"])


@dataclass
class _Outcome:
    """Servers that must come again, and servers that the index refuses for good."""

    again: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def _index(wanted: list[str]) -> _Outcome:
    """Index all at once, or one by one if one of them spoils it."""
    try:
        failed = container().indexing.index(wanted)
    except Exception as error:
        logger().exception("servers could not be indexed", extra={"servers": wanted})
        if len(wanted) == 1 or container().is_outage(error):
            return _Outcome(again=wanted)
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


def _bury(refused: dict[str, list[Record]]) -> list[str]:
    """Put changes the index refuses among the dead letters, lest they hold up the stream.

    A letter is an event for this function, so that a replay is an invocation. Returns the servers
    whose letter was not taken.
    """
    letters = [json.dumps({"Records": records[-1:]}) for records in refused.values()]
    rejected = set(container().search_dead_letters.send(letters)) if letters else set()
    return [server for position, server in enumerate(refused) if position in rejected]
