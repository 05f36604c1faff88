"""Bounded counters of one item, counted up together or not at all in one conditional update.

Counters are attributes named as they are needed, which PynamoDB's models cannot say: the request
is written out, and sent over the items' connection.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import VerboseClientError

from firstspawn.db.item import Item
from firstspawn.db.keys import Key
from firstspawn.db.outages import is_outage
from firstspawn.errors import Unavailable

_REFUSED = "ConditionalCheckFailedException"
_KEPT = {"expiresAt"}


class Full(Exception):
    """A counter is at its limit. `stored` is the item's counters, empty if the engine hid them."""

    def __init__(self, stored: dict[str, int]) -> None:
        super().__init__("a counter is at its limit")
        self.stored = stored


def count_up(key: Key, kind: str, limits: Mapping[str, int], *, expires: int) -> dict[str, int]:
    """Add one to each counter if all are below their limits: one write. Returns the counters.

    `expires` is the item's end in epoch seconds. Raises Full, or Unavailable if the table does
    not answer.
    """
    connection = Item._get_connection()  # noqa: SLF001
    request = _request(connection.table_name, key, kind, limits, expires)
    try:
        answer = connection.connection.dispatch("UpdateItem", request)
    except Exception as error:
        if isinstance(error, VerboseClientError) and error.response["Error"]["Code"] == _REFUSED:
            raise Full(_counters(_refused_item(error))) from error
        if is_outage(error):
            raise Unavailable from error
        raise
    return _counters(answer["Attributes"])


def _request(
    table: str, key: Key, kind: str, limits: Mapping[str, int], expires: int
) -> dict[str, Any]:
    names = {f"#{number}": name for number, name in enumerate(limits)}
    bounds = {f":{number}": {"N": str(limit)} for number, limit in enumerate(limits.values())}
    added = ", ".join(f"{alias} :one" for alias in names)
    return {
        "TableName": table,
        "Key": {"PK": {"S": key.pk}, "SK": {"S": key.sk}},
        "UpdateExpression": f"SET expiresAt = :end, #type = :kind ADD {added}",
        "ConditionExpression": " AND ".join(
            f"(attribute_not_exists(#{number}) OR #{number} < :{number})"
            for number in range(len(limits))
        ),
        "ExpressionAttributeNames": {**names, "#type": "type"},
        "ExpressionAttributeValues": {
            **bounds, ":one": {"N": "1"}, ":end": {"N": str(expires)}, ":kind": {"S": kind},
        },
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }  # fmt: skip


def _refused_item(error: VerboseClientError) -> Mapping[str, Any]:
    cause = error.__cause__  # PynamoDB's own error leaves the item out
    found: dict[str, Any] = dict(cause.response) if isinstance(cause, ClientError) else {}
    item: Mapping[str, Any] = found.get("Item") or {}
    return item


def _counters(attributes: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    return {
        name: int(value["N"])
        for name, value in attributes.items()
        if "N" in value and name not in _KEPT
    }
