"""SQS `mail` -> delivered mails."""

from typing import Any

from chalice.app import Blueprint

from firstspawn.mail.schemas import MailMessage
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record, queue_batch

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="mail_worker")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Deliver each message's mail; report those that must come again."""
    logger()  # the services' own lines are written through it

    def deliver(record: Record) -> None:
        container().mail.deliver(MailMessage.model_validate_json(record["body"]))

    return queue_batch(event, deliver)
