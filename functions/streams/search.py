"""Table stream -> search index: changed servers are read again and written to the index."""

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
    unwritten = _index(list(records))
    again = failures(sequence_number(record) for one in unwritten for record in records[one])
    answer["batchItemFailures"] += again["batchItemFailures"]
    return answer


def _server_id(record: Record) -> str:
    change = read_change(record)
    values = change.new or change.old
    return str(values["serverId"] if "serverId" in values else values["id"])


def _index(wanted: list[str]) -> list[str]:
    """Index all at once, or one by one if one of them spoils it; return what must come again."""
    try:
        failed = container().indexing.index(wanted)
    except Exception:
        logger().exception("servers could not be indexed", extra={"servers": wanted})
        failed = None
    if failed is None:
        return wanted if len(wanted) == 1 else [one for id_ in wanted for one in _index([id_])]
    for failure in failed:
        extra = {"server": failure.id, "reason": failure.reason, "retried": failure.retryable}
        logger().error("a server was not indexed", extra=extra)
    # What the index refuses for good would hold up the stream; a reindex writes it again.
    return [failure.id for failure in failed if failure.retryable]
