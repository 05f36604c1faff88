"""Opaque page cursors: signed, and bound to the query they continue."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from firstspawn.kit.signing import sign, verify

_PURPOSE = "cursor"


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

    def read(self, query: Mapping[str, Any], cursor: str) -> Any:
        """Return the position sealed for the same query. Raises BadCursor otherwise."""
        try:
            fingerprint, position = json.loads(verify(self._key, _PURPOSE, cursor))
        except ValueError as error:
            raise BadCursor("unreadable") from error
        if fingerprint != _fingerprint(query):
            raise BadCursor("made for another query")
        return position


def _fingerprint(query: Mapping[str, Any]) -> str:
    canonical = json.dumps(query, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
