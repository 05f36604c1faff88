"""EventBridge, every hour -> a message for each account whose time has come."""

from typing import Any

from chalice.app import Blueprint

from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="deletion_schedule")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Send what is due by now; a repeated event sends it again, which does no harm."""
    sent = container().due_deletions.start()
    logger().info("deletions scheduled", extra={"deletions": sent})
    return {"deletions": sent}
