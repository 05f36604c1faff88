"""S3 `uploads/` -> pictures people see."""

from typing import Any
from urllib.parse import unquote_plus

from chalice.app import Blueprint

from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="upload_processor")
def handler(event: Record, context: Any) -> None:  # noqa: ARG001
    """Take in what was uploaded. What raises is tried again by Lambda, then kept as a dead letter.

    The bucket is the configured one, whichever the event names: a forged event reads nothing else.
    """
    logger()  # the services' own lines are written through it
    for record in event.get("Records", []):  # S3's test event has none
        container().media.take_in(unquote_plus(record["s3"]["object"]["key"]))
