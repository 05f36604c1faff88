"""A SearchQuery as SQL over one generation of the embedded engine's tables.

Names in the statements come from `servers.json` and this package, never from a request; every value
is bound.
"""
# ruff: noqa: S608 -- see above

import json
import sqlite3

from firstspawn.clients.search.embedded_count import counts
from firstspawn.clients.search.embedded_filter import column, conditions
from firstspawn.clients.search.embedded_match import fill_matches
from firstspawn.clients.search.interface import RELEVANCE, SearchQuery, SearchResult


def run(connection: sqlite3.Connection, g: int, query: SearchQuery) -> SearchResult:
    """Answer one page from generation `g`; the caller holds the snapshot."""
    source = f"docs_{g} d"
    if query.text is not None:
        fill_matches(connection, g, query.text, approximate=query.approximate)
        source += " JOIN temp.matched m ON m.doc = d.doc"
    total, facets = counts(connection, g, source, query)
    rows = _page(connection, g, source, query)
    page = rows[: query.size]
    return SearchResult(
        hits=[json.loads(body) for body, _, _ in page],
        total=total,
        next_after=(page[-1][1], page[-1][2]) if len(rows) > len(page) > 0 else None,
        facets=facets,
    )


def _page(
    connection: sqlite3.Connection, g: int, source: str, query: SearchQuery
) -> list[tuple[str, int | float, str]]:
    """One row more than the page, to see whether there is a next one."""
    by = _sort_value(query)
    condition, values = conditions(g, query.filters)
    if query.after is not None:
        value, last_id = query.after
        beyond = "<" if query.direction == "desc" else ">"
        condition += f" AND ({by} {beyond} ? OR ({by} = ? AND d.id > ?))"
        values += [value, value, last_id]
    statement = f"""
        SELECT b.body, page.value, page.id FROM (
            SELECT d.doc, {by} AS value, d.id FROM {source} WHERE {condition}
            ORDER BY 2 {query.direction}, 3 LIMIT ?
        ) page JOIN bodies_{g} b ON b.doc = page.doc
        ORDER BY 2 {query.direction}, 3"""
    return connection.execute(statement, [*values, query.size + 1]).fetchall()


def _sort_value(query: SearchQuery) -> str:
    if query.sort != RELEVANCE:
        return f"COALESCE({column(query.sort)}, 0)"
    rank = "COALESCE(d.rankScore, 0)"
    return rank if query.text is None else f"m.score + {rank}"
