"""Bulk requests to OpenSearch: their lines, and which of their items failed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from firstspawn.clients.search import mapping
from firstspawn.clients.search.interface import Document, WriteFailure

_CONFLICT, _TOO_MANY, _SERVER_ERROR, _NOT_FOUND = 409, 429, 500, 404


def lines(documents: Sequence[Document], targets: Sequence[str]) -> str:
    """Index every document into every target under its external version."""
    written: list[str] = []
    for document in documents:
        source = json.dumps({**document.fields, **mapping.derived(document.fields)})
        for target in targets:
            action = {
                "_index": target,
                "_id": document.id,
                "version": document.revision,
                "version_type": "external",
            }
            written += [json.dumps({"index": action}), source]
    return "\n".join(written) + "\n"


def failures(answer: Mapping[str, Any], *, optional: str) -> list[WriteFailure]:
    """List the items that failed, once per document.

    A conflict is no failure: what is there is as new or newer. Nor is an `optional` target that
    vanished in between: the rebuild it belonged to was published or discarded.
    """
    failed: dict[str, WriteFailure] = {}
    for item in answer["items"]:
        result = item["index"]
        status, error = result["status"], result.get("error", {})
        if "error" not in result or status == _CONFLICT:
            continue
        if status == _NOT_FOUND and result["_index"] == optional:
            continue
        retryable = status in (_TOO_MANY, _NOT_FOUND) or status >= _SERVER_ERROR
        reason = f"{status} {error.get('type')}: {error.get('reason')}"
        failed[result["_id"]] = WriteFailure(result["_id"], reason, retryable)
    return list(failed.values())
