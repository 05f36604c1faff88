"""SQS `uptime` -> a message about many rosters is split, one roster is worked on.

A round lasts as long as one dead server keeps it waiting, so those of a batch run side by side.
"""

from dataclasses import asdict
from typing import Any

from chalice.app import Blueprint

from firstspawn.uptime.errors import RosterBusy
from firstspawn.uptime.schemas import RosterMessage
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record, queue_batch_at_once

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="uptime_worker")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Do each message's part; report those that must come again."""
    # Made here: each thread would make its own.
    rounds, dispatch = container().uptime_rounds, container().uptime_dispatch

    def work(record: Record) -> None:
        message = RosterMessage.model_validate_json(record["body"])
        if len(message.shards) > 1:
            dispatch.spread(message)
            return
        try:
            report = rounds.run(message)
        except RosterBusy:
            dispatch.postpone(message)
            outcome: dict[str, Any] = {"postponed": True}
        else:
            outcome = asdict(report) if report else {"duplicate": True}
        logger().info("uptime round", extra={"roster": message.first, **outcome})

    return queue_batch_at_once(event, work)
