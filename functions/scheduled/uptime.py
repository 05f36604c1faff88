"""EventBridge, every minute -> one message with the rosters that are due."""

from datetime import datetime
from typing import Any

from chalice.app import Blueprint

from firstspawn.kit.clock import parse_rfc3339
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="uptime_schedule")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Begin the rounds of the event's own minute, so that a repeated event repeats no round."""
    at: datetime = parse_rfc3339(event["time"]) if "time" in event else container().clock()
    rosters = container().uptime_dispatch.start(at)
    logger().info("uptime scheduled", extra={"rosters": rosters})
    return {"rosters": rosters}
