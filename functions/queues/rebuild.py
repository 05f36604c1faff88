"""SQS `rebuild` -> one step of a reindex, and the message of the next one."""

from typing import Any

from chalice.app import Blueprint

from firstspawn.discovery.errors import ReindexFailed
from firstspawn.discovery.schemas import RebuildMessage, RebuildReport
from firstspawn.kit.metrics import metric
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record, queue_batch

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="search_rebuilder")
def handler(event: Record, context: Any) -> dict[str, Any]:
    """Do each message's step, as far as the time of this invocation goes."""

    def seconds_left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    def step(record: Record) -> None:
        message = RebuildMessage.model_validate_json(record["body"])
        outcome = container().rebuilds.step(message, seconds_left)
        if isinstance(outcome, RebuildMessage):
            if container().rebuild_queue.send([outcome.model_dump_json()]):
                raise ReindexFailed("the queue did not take the next step")
        elif outcome is None:
            logger().info("reindex overtaken", extra={"index": message.index})
        else:
            _report(outcome)

    return queue_batch(event, step)


def _report(report: RebuildReport) -> None:
    """Log it, with what `SearchDriftAlarm` and `SearchRefusedAlarm` watch; the table is named like
    its stack.
    """
    now, stack = container().clock(), container().settings.table
    drifted = metric("SearchDrift", report.drift, now, Stack=stack)
    logger().info("reindexed", extra={**report.model_dump(), **drifted})
    if report.refused:
        lacking = metric("SearchRefused", len(report.refused), now, Stack=stack)
        logger().error("servers cannot be indexed", extra={"servers": report.refused, **lacking})
