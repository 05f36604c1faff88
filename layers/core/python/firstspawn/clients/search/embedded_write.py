"""Documents into the embedded engine's tables, the newest revision winning."""
# ruff: noqa: S608 -- names in the statements are this package's own; values are bound

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstspawn.clients.search import mapping
from firstspawn.clients.search.embedded_schema import TERM_FIELDS
from firstspawn.clients.search.interface import Document, WriteFailure

_LARGEST_INTEGER = 2**31 - 1
_PLACE = ("lat", "lon")


@dataclass(frozen=True, slots=True)
class Row:
    """A document, ready to be stored."""

    document: Document
    columns: list[Any]
    terms: dict[str, Any]
    body: str
    description: str | None


def rows(documents: Sequence[Document]) -> tuple[list[Row], list[WriteFailure]]:
    """Check documents against the mapping; what does not fit it fails for good, alone."""
    fitting: list[Row] = []
    failed: list[WriteFailure] = []
    for document in documents:
        try:
            fitting.append(_row(document))
        except (KeyError, TypeError, ValueError) as error:
            failed.append(WriteFailure(document.id, repr(error), retryable=False))
    return fitting, failed


def store(connection: sqlite3.Connection, g: int, row: Row) -> None:
    """Insert or replace one document of generation `g` unless a newer one is there."""
    names = [*mapping.columns(), *_PLACE]
    columns = ", ".join(["id", "revision", *names])
    places = ", ".join("?" * (len(names) + 2))
    updates = ", ".join(f"{name} = excluded.{name}" for name in ["revision", *names])
    stored = connection.execute(
        f"INSERT INTO docs_{g} ({columns}) VALUES ({places})"
        f" ON CONFLICT (id) DO UPDATE SET {updates}"
        f" WHERE excluded.revision > docs_{g}.revision RETURNING doc",
        [row.document.id, row.document.revision, *row.columns],
    ).fetchone()
    if stored is not None:
        connection.execute(
            f"REPLACE INTO bodies_{g} (doc, body, description) VALUES (?, ?, ?)",
            (*stored, row.body, row.description),
        )
        _store_terms(connection, g, stored[0], row)


def _store_terms(connection: sqlite3.Connection, g: int, doc: int, row: Row) -> None:
    connection.execute(f"DELETE FROM terms_{g} WHERE rowid = ?", (doc,))
    connection.execute(f"DELETE FROM labels_{g} WHERE doc = ?", (doc,))
    if not row.document.fields["listed"]:
        return
    connection.execute(
        f"INSERT INTO terms_{g} (rowid, {', '.join(TERM_FIELDS)})"
        f" VALUES (?, {', '.join('?' * len(TERM_FIELDS))})",
        [doc, *(row.terms[field] for field in TERM_FIELDS)],
    )
    labels = [
        (doc, field, value)
        for field in mapping.LISTS
        for value in dict.fromkeys(row.document.fields.get(field, ()))
    ]
    connection.executemany(f"INSERT INTO labels_{g} (doc, field, value) VALUES (?, ?, ?)", labels)


def _row(document: Document) -> Row:
    fields = document.fields
    unknown = fields.keys() - mapping.index_body()["mappings"]["properties"].keys()
    if unknown:
        raise ValueError(f"not in the mapping: {sorted(unknown)}")
    terms = mapping.derived(fields)
    known: Mapping[str, Any] = {**fields, **terms}
    columns = [_column(kind, known.get(name)) for name, kind in mapping.columns().items()]
    place = fields.get(mapping.PLACE)
    columns += [None, None] if place is None else [float(place["lat"]), float(place["lon"])]
    shown = {name: value for name, value in fields.items() if name not in mapping.NOT_IN_HITS}
    body = json.dumps(shown, ensure_ascii=False)
    return Row(document, columns, terms, body, fields.get("description"))


def _column(kind: str, value: Any) -> Any:
    if value is None or kind == "keyword":
        return value
    if kind == "date":
        return int(datetime.fromisoformat(value).timestamp() * 1000)
    if kind == "double":
        return float(value)
    if abs(int(value)) > _LARGEST_INTEGER:
        raise ValueError(f"too large: {value}")
    return int(value)
