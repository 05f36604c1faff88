"""Totals and facets of a search in SQLite.

The facets of single-valued fields and the total come from one pass over every combination of
their values: the filters on these fields are applied to the combinations afterwards.
"""
# ruff: noqa: S608 -- names in the statements are this package's own; values are bound

import sqlite3
from collections import Counter
from typing import Any

from firstspawn.clients.search import mapping
from firstspawn.clients.search.embedded_filter import column, conditions
from firstspawn.clients.search.interface import LONGEST_FACET, AllOf, AnyOf, Filter, SearchQuery

Facets = dict[str, dict[str, int]]
Counted = AnyOf | AllOf


def counts(
    connection: sqlite3.Connection, g: int, source: str, query: SearchQuery
) -> tuple[int, Facets]:
    """Count what matches all filters, and the values of each facet without its own filter."""
    fields = [name for name in query.facets if name not in mapping.LISTS]
    late = [one for one in query.filters if isinstance(one, Counted) and one.field in fields]
    where, values = conditions(g, [one for one in query.filters if one not in late])
    grouping = f"GROUP BY {', '.join(map(column, fields))}" if fields else ""
    selected = "".join(f"{column(name)}, " for name in fields)
    rows = connection.execute(
        f"SELECT {selected} COUNT(*) FROM {source} WHERE {where} {grouping}", values
    )
    total, counters = 0, {name: Counter[str]() for name in fields}
    for *found, count in rows:
        combination = dict(zip(fields, found, strict=True))
        misses = {one.field for one in late if combination[one.field] not in one.values}
        total += 0 if misses else count
        for name, value in combination.items():
            if value is not None and not misses - {name}:
                counters[name][value] += count
    facets = {name: _most_frequent(counter) for name, counter in counters.items()}
    lists = {
        name: _labels(connection, g, source, query, name)
        for name in query.facets
        if name in mapping.LISTS
    }
    return total, facets | lists


def _most_frequent(counter: Counter[str]) -> dict[str, int]:
    ordered = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
    return dict(ordered[:LONGEST_FACET])


def _labels(
    connection: sqlite3.Connection, g: int, source: str, query: SearchQuery, name: str
) -> dict[str, int]:
    others: list[Filter] = [one for one in query.filters if one.field != name]
    # Hidden documents have no labels, so without any condition the labels alone are counted.
    joined, where = f"labels_{g} t", "TRUE"
    values: list[Any] = []
    if others or query.text is not None:
        where, values = conditions(g, others)
        joined = f"{source} CROSS JOIN labels_{g} t ON t.doc = d.doc"
    statement = (
        f"SELECT t.value, COUNT(*) FROM {joined} WHERE {where} AND t.field = ? GROUP BY t.value"
        f" ORDER BY 2 DESC, 1 LIMIT {LONGEST_FACET}"
    )
    return dict(connection.execute(statement, [*values, name]).fetchall())
