"""EventBridge, every night -> the first step of a reindex."""

from typing import Any

from chalice.app import Blueprint

from firstspawn.discovery.errors import ReindexFailed
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="search_nightly")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Begin. A repeated event begins anew, and the reindex before it ends by itself."""
    if container().rebuild_queue.send(["{}"]):
        raise ReindexFailed("the queue did not take the first step")
    logger().info("reindex scheduled")
    return {"scheduled": True}
