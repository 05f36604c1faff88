"""SQS `exports` -> a copy of somebody's data, and the mail that links to it."""

from typing import Any

from chalice.app import Blueprint

from firstspawn.exports.schemas import ExportMessage
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record, queue_batch

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="export_worker")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Make each message's export; report those that must come again."""

    def make(record: Record) -> None:
        message = ExportMessage.model_validate_json(record["body"])
        made = container().exports.make(message)
        logger().info("export", extra={"exportId": message.exportId, "made": made})

    return queue_batch(event, make)
