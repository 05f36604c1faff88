"""A SearchQuery as SQL over one generation of the embedded engine's tables.

Names in the statements come from `servers.json` and this package, never from a request; every value
is bound.
"""
# ruff: noqa: S608 -- see above

import json
import sqlite3
from typing import Any

from firstspawn.clients.search import mapping
from firstspawn.clients.search.embedded_match import fill_matches
from firstspawn.clients.search.interface import (
    LONGEST_FACET,
    RELEVANCE,
    AllOf,
    Filter,
    SearchQuery,
    SearchResult,
)

Condition = tuple[str, list[Any]]


def run(connection: sqlite3.Connection, g: int, query: SearchQuery) -> SearchResult:
    """Answer one page from generation `g`; the caller holds the snapshot."""
    source = f"docs_{g} d"
    if query.text is not None:
        fill_matches(connection, g, query.text, approximate=query.approximate)
        source += " JOIN temp.matched m ON m.doc = d.doc"
    where, values = _where(g, query.filters)
    total = connection.execute(f"SELECT COUNT(*) FROM {source} WHERE {where}", values).fetchone()[0]
    rows = _page(connection, source, (where, values), query)
    page = rows[: query.size]
    return SearchResult(
        hits=[json.loads(body) for body, _, _ in page],
        total=total,
        next_after=(page[-1][1], page[-1][2]) if len(rows) > len(page) > 0 else None,
        facets={name: _facet(connection, g, source, query, name) for name in query.facets},
    )


def _page(
    connection: sqlite3.Connection, source: str, where: Condition, query: SearchQuery
) -> list[tuple[str, int | float, str]]:
    """One row more than the page, to see whether there is a next one."""
    by = _sort_value(query)
    condition, values = where[0], list(where[1])
    if query.after is not None:
        value, last_id = query.after
        beyond = "<" if query.direction == "desc" else ">"
        condition += f" AND ({by} {beyond} ? OR ({by} = ? AND d.id > ?))"
        values += [value, value, last_id]
    statement = (
        f"SELECT d.body, {by}, d.id FROM {source} WHERE {condition}"
        f" ORDER BY {by} {query.direction}, d.id LIMIT ?"
    )
    return connection.execute(statement, [*values, query.size + 1]).fetchall()


def _sort_value(query: SearchQuery) -> str:
    if query.sort != RELEVANCE:
        return f"COALESCE(d.{_known(query.sort)}, 0)"
    rank = "COALESCE(d.rankScore, 0)"
    return rank if query.text is None else f"m.score + {rank}"


def _where(g: int, filters: tuple[Filter, ...]) -> Condition:
    conditions, values = ["d.listed = 1"], []
    for condition, bound in (_filter(g, f) for f in filters):
        conditions.append(condition)
        values += bound
    return " AND ".join(conditions), values


def _filter(g: int, condition: Filter) -> Condition:
    values = list(condition.values)
    if condition.field not in mapping.LISTS:
        return f"d.{_known(condition.field)} IN ({_places(values)})", values
    holders = f"SELECT doc FROM tags_{g} WHERE tag IN ({_places(values)})"
    if isinstance(condition, AllOf):
        wanted = list(dict.fromkeys(values))
        every = f"{holders} GROUP BY doc HAVING COUNT(*) = ?"
        return f"d.doc IN ({every})", [*values, len(wanted)]
    return f"d.doc IN ({holders})", values


def _facet(
    connection: sqlite3.Connection, g: int, source: str, query: SearchQuery, name: str
) -> dict[str, int]:
    others = tuple(f for f in query.filters if f.field != name)
    where, values = _where(g, others)
    if name in mapping.LISTS:
        source, value = f"{source} JOIN tags_{g} t ON t.doc = d.doc", "t.tag"
    else:
        value = f"d.{_known(name)}"
    statement = (
        f"SELECT {value}, COUNT(*) FROM {source} WHERE {where} AND {value} IS NOT NULL"
        f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {LONGEST_FACET}"
    )
    return dict(connection.execute(statement, values).fetchall())


def _known(field: str) -> str:
    if field not in mapping.columns():
        raise ValueError(f"{field} can neither be filtered nor sorted by")
    return field


def _places(values: list[Any]) -> str:
    return ", ".join("?" * len(values))
