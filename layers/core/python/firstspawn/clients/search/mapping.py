"""The index's mapping: OpenSearch takes `servers.json` as it is, the embedded engine its types."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from firstspawn.clients.search import analysis

# Derived by `analysis.searchable`; never part of a hit, nor is the long description.
TERMS = ("nameKey", "slugKey", "nameTerms", "tagTerms", "shortTerms", "descriptionTerms")
DERIVED = (*TERMS, "shuffle")
NOT_IN_HITS = (*DERIVED, "description")
LISTS = ("tags", "versions")
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
    """What every engine derives of a document: its terms, and its place in random orders."""
    return {**analysis.searchable(fields), "shuffle": zlib.crc32(str(fields["id"]).encode()) >> 1}


def fingerprint() -> str:
    """Tells one state of the file, and of the terms in the index, from another."""
    return str(index_body()["mappings"]["_meta"]["fingerprint"])


@cache
def columns() -> dict[str, str]:
    """Fields that can be filtered or sorted by (one value each), with their type."""
    properties = index_body()["mappings"]["properties"]
    return {
        name: spec["type"]
        for name, spec in properties.items()
        if spec["type"] in ("keyword", "boolean", "integer", "double", "date")
        and spec.get("doc_values", True)
        and name not in (*LISTS, "id")
    }
