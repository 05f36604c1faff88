"""Totals and facets of a search in SQLite.

The facets of single-valued fields and the total come from one pass over every combination of
their values: the filters on these fields are applied to the combinations afterwards.
"""
# ruff: noqa: S608 -- names in the statements are this package's own; values are bound

import sqlite3
from collections import Counter

from firstspawn.clients.search import mapping
from firstspawn.clients.search.embedded_filter import column, conditions
from firstspawn.clients.search.embedded_match import Source
from firstspawn.clients.search.interface import LONGEST_FACET, AllOf, AnyOf, Filter

Facets = dict[str, dict[str, int]]
Counted = AnyOf | AllOf


def counts(
    connection: sqlite3.Connection,
    source: Source,
    wanted: tuple[str, ...],
    filters: tuple[Filter, ...],
) -> tuple[int, Facets]:
    """Count what fits all filters, and the values of each facet without its own filter."""
    fields = [name for name in wanted if name not in mapping.LISTS]
    late = [one for one in filters if isinstance(one, Counted) and one.field in fields]
    others = [one for one in filters if one not in late]
    where, values = conditions(source.g, others, listed="d.listed = 1")
    grouping = f"GROUP BY {', '.join(map(column, fields))}" if fields else ""
    selected = "".join(f"{column(name)}, " for name in fields)
    rows = connection.execute(
        f"SELECT {selected} COUNT(*) FROM {source.counted} WHERE {where} {grouping}", values
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
        name: _labels(connection, source, name, filters) for name in wanted if name in mapping.LISTS
    }
    return total, facets | lists


def _most_frequent(counter: Counter[str]) -> dict[str, int]:
    ordered = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
    return dict(ordered[:LONGEST_FACET])


def _labels(
    connection: sqlite3.Connection, source: Source, name: str, filters: tuple[Filter, ...]
) -> dict[str, int]:
    labels, (where, values) = source.labels([one for one in filters if one.field != name])
    statement = (
        f"SELECT t.value, COUNT(*) FROM {labels} WHERE {where} AND t.field = ?"
        f" GROUP BY t.value ORDER BY 2 DESC, 1 LIMIT {LONGEST_FACET}"
    )
    return dict(connection.execute(statement, [*values, name]).fetchall())
