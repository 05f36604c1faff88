"""A change in the table, as its stream tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from firstspawn.kit.attribute_values import plain_item

_TTL_PRINCIPAL = "dynamodb.amazonaws.com"


class Kind(StrEnum):
    """What was done to an item."""

    INSERT = "INSERT"
    MODIFY = "MODIFY"
    REMOVE = "REMOVE"


@dataclass(frozen=True, slots=True)
class Change:
    """One stream record. `id` stays the same when the record is delivered again.

    `old` and `new` are the item's plain attributes, empty where there was or is no item.
    `expired` tells that DynamoDB's TTL removed it, and not somebody's deed.
    """

    id: str
    kind: Kind
    type: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    expired: bool = False

    def differs(self, *names: str) -> bool:
        """Tell whether one of these attributes is not what it was."""
        return any(self.old.get(name) != self.new.get(name) for name in names)


def read_change(record: Mapping[str, Any]) -> Change:
    """Read a stream record. Raises KeyError or ValueError for what is none."""
    body = record["dynamodb"]
    old, new = plain_item(body.get("OldImage", {})), plain_item(body.get("NewImage", {}))
    identity = record.get("userIdentity") or {}
    return Change(
        id=record["eventID"],
        kind=Kind(record["eventName"]),
        type=(new or old)["type"],
        old=old,
        new=new,
        expired=identity.get("principalId") == _TTL_PRINCIPAL,
    )
