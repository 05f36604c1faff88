"""EventBridge, every day -> the public list of blocked servers is fetched."""

from typing import Any

from chalice.app import Blueprint

from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="blocklist_daily")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Keep the list as it is published now; without an address of one there is nothing to do."""
    if not container().settings.eula_blocklist_url:
        return {"entries": None}
    entries = container().blocklist.refresh()
    logger().info("blocklist kept", extra={"entries": entries})
    return {"entries": entries}
