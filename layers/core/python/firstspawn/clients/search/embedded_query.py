"""A SearchQuery as SQL over one generation of the embedded engine's tables.

Names in the statements come from `servers.json` and this package, never from a request; every value
is bound.
"""
# ruff: noqa: S608 -- see above

import json
import sqlite3
from typing import Any

from firstspawn.clients.search import orders
from firstspawn.clients.search.embedded_count import counts
from firstspawn.clients.search.embedded_filter import Condition, column, conditions, distance
from firstspawn.clients.search.embedded_match import Source, narrow
from firstspawn.clients.search.interface import (
    DISTANCE,
    RANDOM,
    RELEVANCE,
    Aside,
    Filter,
    SearchQuery,
    SearchResult,
)
from firstspawn.clients.search.weights import EXPOSURE

_Row = tuple[str, str | None, int | float, str]


def run(connection: sqlite3.Connection, g: int, query: SearchQuery) -> SearchResult:
    """Answer one page from generation `g`; the caller holds the snapshot."""
    # A facet must see what its own filter removes: such filters are left for the counting.
    late = tuple(one for one in query.filters if one.field in query.facets)
    early = tuple(one for one in query.filters if one not in late)
    source = narrow(connection, g, query, early)
    total, facets = counts(connection, source, query.facets, late) if query.counted else (0, {})
    rows = _page(connection, source, query, late)
    page = rows[: query.size]
    return SearchResult(
        hits=[_hit(body, description) for body, description, _, _ in page],
        total=total,
        values=tuple(value for _, _, value, _ in page),
        next_after=(page[-1][2], page[-1][3]) if len(rows) > len(page) > 0 else None,
        facets=facets,
        asides={one.name: _aside(connection, source, one, late) for one in query.asides},
    )


def _aside(
    connection: sqlite3.Connection, source: Source, aside: Aside, late: tuple[Filter, ...]
) -> list[dict[str, Any]]:
    short = SearchQuery(sort=RANDOM, seed=aside.seed, size=aside.size)
    rows = _page(connection, source, short, (*late, aside.filter))
    return [_hit(body, None) for body, _, _, _ in rows[: aside.size]]


def _hit(body: str, description: str | None) -> dict[str, Any]:
    hit: dict[str, Any] = json.loads(body)
    return hit if description is None else {**hit, "description": description}


def _page(
    connection: sqlite3.Connection, source: Source, query: SearchQuery, late: tuple[Filter, ...]
) -> list[_Row]:
    """One row more than the page, to see whether there is a next one."""
    g, (by, ordering) = source.g, _sort_value(query)
    condition, values = conditions(g, late)
    if query.after is not None:
        value, last_id = query.after
        beyond = "<" if query.direction == "desc" else ">"
        condition += f" AND ({by} {beyond} ? OR ({by} = ? AND d.id > ?))"
        values += [*ordering, value, *ordering, value, last_id]
    statement = f"""
        SELECT b.body, {"b.description" if query.whole else "NULL"}, page.value, page.id FROM (
            SELECT d.doc, {by} AS value, d.id FROM {source.documents} WHERE {condition}
            ORDER BY 2 {query.direction}, 3 LIMIT ?
        ) page JOIN bodies_{g} b ON b.doc = page.doc
        ORDER BY 3 {query.direction}, 4"""
    return connection.execute(statement, [*ordering, *values, query.size + 1]).fetchall()


def _sort_value(query: SearchQuery) -> Condition:
    if query.sort == DISTANCE:
        return distance(orders.centre(query))
    if query.sort == RANDOM:
        return f"((d.shuffle * ?) & {orders.MASK})", [orders.factor(query.seed)]
    if query.sort != RELEVANCE:
        return f"COALESCE({column(query.sort)}, ?)", [orders.missing(query)]
    rank, values = "COALESCE(d.rankScore, 0)", []
    if query.exposed is not None:
        rank += f" + (d.exposureGroup IS ?) * {EXPOSURE}"
        values.append(query.exposed)
    return (rank if query.text is None else f"(m.score + {rank})"), values
