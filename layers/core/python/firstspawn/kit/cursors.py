"""Opaque page cursors: signed, and bound to the query they continue."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from firstspawn.kit.signing import sign, verify

_PURPOSE = "cursor"

T = TypeVar("T")


class BadCursor(ValueError):
    """The cursor was altered, belongs to another query, or is no cursor at all."""


class Cursors:
    """Writes and reads cursors with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, query: Mapping[str, Any], position: Any) -> str:
        """Seal a JSON position (a last key, sort values) together with its query's fingerprint."""
        body = json.dumps([_fingerprint(query), position], separators=(",", ":"))
        return sign(self._key, _PURPOSE, body.encode())

    def read(self, query: Mapping[str, Any], cursor: str | None) -> Any:
        """Return the position sealed for the same query; None at the start. Raises BadCursor."""
        if cursor is None:
            return None
        try:
            fingerprint, position = json.loads(verify(self._key, _PURPOSE, cursor))
        except ValueError as error:
            raise BadCursor("unreadable") from error
        if fingerprint != _fingerprint(query):
            raise BadCursor("made for another query")
        return position

    def cut(
        self,
        query: Mapping[str, Any],
        found: Sequence[T],
        limit: int,
        position: Callable[[T], Any],
    ) -> tuple[Sequence[T], str | None]:
        """Cut what was read with one item to spare: the page, and the cursor of the next one."""
        shown = found[:limit]
        more = len(found) > len(shown)
        return shown, self.write(query, position(shown[-1])) if more else None


def _fingerprint(query: Mapping[str, Any]) -> str:
    canonical = json.dumps(query, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
