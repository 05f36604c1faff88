"""An item as its owner may take it away: plain JSON, without keys, locks and secrets."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import MapAttribute

from firstspawn.db.item import Item
from firstspawn.kit.clock import rfc3339

_TOLD = {"createdAt", "updatedAt", "expiresAt"}
_STRUCTURE = (frozenset(Item.get_attributes()) | {"authEpoch"}) - _TOLD


def facts(items: Iterable[Item], *hidden: str) -> Iterator[dict[str, Any]]:
    """Each item's attributes by name, `hidden` ones left out, times as RFC 3339."""
    for item in items:
        yield {
            name: _plain(_moment(value) if name == "expiresAt" else value)
            for name, value in item.attribute_values.items()
            if value is not None and name not in _STRUCTURE and name not in hidden
        }


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, MapAttribute):
        return _plain(value.attribute_values)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(value)
    return [_plain(one) for one in value] if isinstance(value, list) else value
