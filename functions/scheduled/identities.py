"""EventBridge, every morning -> messages to look after accounts elsewhere."""

from typing import Any

from chalice.app import Blueprint

from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="identity_schedule")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Start the day's round; a repeated event finds little left to do."""
    sent = container().identity_refresh.start()
    logger().info("identities scheduled", extra={"messages": sent})
    return {"messages": sent}
