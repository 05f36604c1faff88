"""The index's mapping: OpenSearch takes `servers.json` as it is, the embedded engine its types."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from firstspawn.clients.search import analysis
from firstspawn.clients.search.weights import EXPOSURE, EXPOSURE_DAYS

# Derived by `analysis.searchable`; never part of a hit, nor is the long description.
TERMS = ("nameKey", "slugKey", "nameTerms", "tagTerms", "shortTerms", "descriptionTerms")
DERIVED = (*TERMS, "shuffle", "rankOn")
NOT_IN_HITS = (*DERIVED, "description")
LISTS = ("tags", "versions", "languages")
_KINDS = ("keyword", "boolean", "integer", "double", "date")
PLACE = "location"
_FILE = Path(__file__).with_name("servers.json")


@cache
def index_body() -> dict[str, Any]:
    """The body that makes the index: settings and a strict mapping, marked with its fingerprint."""
    text = _FILE.read_text()
    body: dict[str, Any] = json.loads(text)
    state = hashlib.sha256(f"{analysis.VERSION} {text}".encode()).hexdigest()[:16]
    body["mappings"]["_meta"] = {"fingerprint": state}
    return body


def derived(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What every engine derives of a document.

    Its terms; its place in random orders; and what it ranks on each day of a fortnight, so that a
    list of a million servers need not add anything up.
    """
    rank, own_day = fields.get("rankScore") or 0, fields.get("exposureGroup")
    return {
        **analysis.searchable(fields),
        "shuffle": zlib.crc32(str(fields["id"]).encode()) >> 1,
        "rankOn": {str(day): rank + EXPOSURE * (day == own_day) for day in range(EXPOSURE_DAYS)},
    }


def fingerprint() -> str:
    """Tells one state of the file, and of the terms in the index, from another."""
    return str(index_body()["mappings"]["_meta"]["fingerprint"])


@cache
def columns() -> dict[str, str]:
    """Fields that can be filtered or sorted by (one value each), with their type."""
    properties = index_body()["mappings"]["properties"]
    found = {name: _kind(spec) for name, spec in properties.items() if spec.get("doc_values", True)}
    return {n: kind for n, kind in found.items() if kind in _KINDS and n not in (*LISTS, "id")}


def _kind(spec: Mapping[str, Any]) -> str | None:
    """A property's type; a text that stays whole is a keyword."""
    return "keyword" if spec.get("analyzer") == "keyword" else spec.get("type")
