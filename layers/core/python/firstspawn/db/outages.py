"""Telling an outage of the table from a bug, and asking whether the table answers."""

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from firstspawn.db import keys
from firstspawn.db.item import Item

_PASSING = {
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
}


def is_outage(error: BaseException) -> bool:
    """Tell whether AWS did not answer, or refused for now; PynamoDB wraps such errors."""
    return any(
        isinstance(one, BotoCoreError)
        or (isinstance(one, ClientError) and one.response["Error"].get("Code") in _PASSING)
        for one in _chain(error)
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        wrapped = getattr(error, "cause", None)
        error = wrapped if isinstance(wrapped, BaseException) else error.__cause__


def ping() -> None:
    """Read one key: one call. Raises PynamoDB's errors if the table does not answer."""
    key = keys.roster_counter()
    Item._get_connection().get_item(key.pk, key.sk)  # noqa: SLF001
