"""DynamoDB's JSON (`{"S": "text"}`), as stream records carry it, read into plain values."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

AttributeValue = Mapping[str, Any]


def plain_item(image: Mapping[str, AttributeValue]) -> dict[str, Any]:
    """Read an item's image. Raises ValueError for what is no attribute value."""
    return {name: plain(value) for name, value in image.items()}


def plain(value: AttributeValue) -> Any:
    """Read one value: numbers become int or float, sets become sets, binaries bytes.

    Raises ValueError for what is no attribute value.
    """
    if len(value) != 1:
        raise ValueError("an attribute value has one type")
    [(kind, content)] = value.items()
    if kind not in _READERS:
        raise ValueError(f"unknown attribute type {kind}")
    return _READERS[kind](content)


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


_READERS: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "N": _number,
    "BOOL": bool,
    "NULL": lambda _: None,
    "B": base64.b64decode,
    "L": lambda values: [plain(value) for value in values],
    "M": plain_item,
    "SS": frozenset,
    "NS": lambda values: frozenset(map(_number, values)),
    "BS": lambda values: frozenset(map(base64.b64decode, values)),
}
