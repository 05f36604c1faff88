"""SQS `identities` -> fresh profiles of accounts elsewhere, and tokens that are given back."""

from dataclasses import asdict
from typing import Any

from chalice.app import Blueprint

from firstspawn.errors import Unavailable
from firstspawn.identities.schemas import RevokeTask, read_task
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record, queue_batch

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="identity_worker")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Do each message's part; report those that must come again."""
    return queue_batch(event, _work)


def _work(record: Record) -> None:
    task = read_task(record["body"])
    if isinstance(task, RevokeTask):
        outcome = container().identity_upkeep.revoke(task)
        logger().info("unlinked", extra={"platform": task.platform, "outcome": outcome})
        return
    step = container().identity_upkeep.refresh(task)
    logger().info("identities refreshed", extra={"shard": task.shard, **asdict(step)})
    if step.more and container().identities_queue.send([task.model_dump_json()]):
        raise Unavailable
