"""EventBridge, every five minutes -> plugins that fell silent."""

from dataclasses import asdict
from typing import Any

from chalice.app import Blueprint

from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="plugin_watch")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Look after the plugins that are due."""
    found = asdict(container().plugin_watch.look())
    logger().info("plugins looked after", extra=found)
    return found
