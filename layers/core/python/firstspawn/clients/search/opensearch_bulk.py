"""Bulk requests to OpenSearch: their lines, and which of their items failed."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from firstspawn.clients.search import mapping
from firstspawn.clients.search.interface import Document, WriteFailure

_CONFLICT, _NOT_FOUND, _SERVER_ERROR = 409, 404, 500
# No such index yet; too busy; a signature or policy that refuses us, or a block: of a full disk's
# index (429, or 403 in older versions), or of one that somebody made read-only.
_PASSING = (401, 403, _NOT_FOUND, 429)
_STRICT = "strict_dynamic_mapping_exception"
_NEW_FIELD = re.compile(r"introduction of \[(\w+)\]")


def may_pass(status: int) -> bool:
    """Tell whether an answer says nothing about what was sent, so that it may be taken later."""
    return status in _PASSING or status >= _SERVER_ERROR


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
    """List the items that failed, once per document: retryable if any target may take it later.

    What another target refused for good is refused again then, so it is not lost, and waits for no
    longer than the first target does.

    A conflict is no failure: what is there is as new or newer. Nor is an `optional` target that
    vanished in between: the rebuild it belonged to was published or discarded. An index that does
    not know a field of ours was made by an older version and is about to be replaced.
    """
    failed: dict[str, WriteFailure] = {}
    for item in answer["items"]:
        result = item["index"]
        status, error = result["status"], result.get("error", {})
        if "error" not in result or status == _CONFLICT:
            continue
        if status == _NOT_FOUND and result["_index"] == optional:
            continue
        retryable = may_pass(status) or _is_outdated(error)
        reason = f"{status} {error.get('type')}: {error.get('reason')}"
        failure = WriteFailure(result["_id"], reason, retryable)
        if retryable or failure.id not in failed:
            failed[failure.id] = failure
    return list(failed.values())


def _is_outdated(error: Mapping[str, Any]) -> bool:
    field = _NEW_FIELD.search(error.get("reason") or "")
    ours = mapping.index_body()["mappings"]["properties"]
    return error.get("type") == _STRICT and field is not None and field[1] in ours
