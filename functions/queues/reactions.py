"""SQS `reactions` -> what the domain does because of changes."""

from typing import Any

from chalice.app import Blueprint

from firstspawn.reactions.schemas import Happening
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record, queue_batch

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="reactor")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Let everybody react to each message; report those that must come again."""
    return queue_batch(event, _react)


def _react(record: Record) -> None:
    happening = Happening.model_validate_json(record["body"])
    failed = 0
    for react in container().reactions.handlers(happening):
        try:
            react(happening)
        except Exception:  # the edge: one that fails keeps no other from its part
            failed += 1
            logger().exception("reaction failed", extra={"event": happening.event})
    if failed:
        raise RuntimeError(f"{happening.event}: {failed} failed")
