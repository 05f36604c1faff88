"""SQS `uptime` -> a message about many rosters is split, one roster is worked on."""

from dataclasses import asdict
from typing import Any

from chalice.app import Blueprint

from firstspawn.uptime.errors import RosterBusy
from firstspawn.uptime.schemas import RosterMessage
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record, queue_batch

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="uptime_worker")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Do each message's part; report those that must come again."""
    return queue_batch(event, _work)


def _work(record: Record) -> None:
    message = RosterMessage.model_validate_json(record["body"])
    if len(message.shards) > 1:
        container().uptime_dispatch.spread(message)
        return
    try:
        report = container().uptime_rounds.run(message)
    except RosterBusy:
        container().uptime_dispatch.postpone(message)
        outcome: dict[str, Any] = {"postponed": True}
    else:
        outcome = asdict(report) if report else {"duplicate": True}
    logger().info("uptime round", extra={"roster": message.first, **outcome})
