"""SQS `deletions` -> an account that is gone."""

from typing import Any

from chalice.app import Blueprint

from firstspawn.deletions.schemas import DeletionMessage
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record, queue_batch

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="deletion_worker")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Carry each message's deletion out; report those that must come again."""

    def carry_out(record: Record) -> None:
        message = DeletionMessage.model_validate_json(record["body"])
        done = container().deletions.carry_out(message)
        logger().info("deletion", extra={"userId": message.userId, "done": done})

    return queue_batch(event, carry_out)
