"""Filters as SQL conditions on `docs_N d`.

Names in them come from `servers.json` and this package, never from a request; values are bound.
"""
# ruff: noqa: S608 -- see above

from collections.abc import Iterable
from typing import Any

from firstspawn.clients.search import mapping
from firstspawn.clients.search.geometry import band
from firstspawn.clients.search.interface import AllOf, AnyOf, Between, Filter, Near

Condition = tuple[str, list[Any]]


def conditions(g: int, filters: Iterable[Filter], listed: str = "+d.listed = 1") -> Condition:
    """Every filter's condition, and that the document is listed.

    Nearly all are, so that looking them up by that is slower than a look at everything: the sign
    keeps SQLite from it.
    """
    parts, values = [listed], []
    for condition, bound in (_condition(g, one) for one in filters):
        parts.append(condition)
        values += bound
    return " AND ".join(parts), values


def column(field: str) -> str:
    """The column of a field. Raises ValueError if it can neither be filtered nor sorted by."""
    if field != "id" and field not in mapping.columns():
        raise ValueError(f"{field} can neither be filtered nor sorted by")
    return f"d.{field}"


def distance(near: Near) -> Condition:
    """The expression of a document's distance to a point."""
    return "kilometres(?, ?, d.lat, d.lon)", [near.lat, near.lon]


def _condition(g: int, one: Filter) -> Condition:
    if isinstance(one, Between):
        return _between(one)
    if isinstance(one, Near):
        south, north = band(one.lat, one.kilometres)
        expression, values = distance(one)
        # The band is looked at first: most documents need no distance.
        return (
            f"(d.lat BETWEEN ? AND ? AND {expression} <= ?)",
            [south, north, *values, one.kilometres],
        )
    return _values(g, one)


def _between(one: Between) -> Condition:
    name = column(one.field)
    bounds = [(">=", one.low), ("<=", one.high)]
    parts = [f"{name} {sign} ?" for sign, bound in bounds if bound is not None]
    values = [bound for _, bound in bounds if bound is not None]
    condition = " AND ".join(parts) or f"{name} IS NOT NULL"
    return (f"({name} IS NULL OR ({condition}))" if one.absent else condition), values


def _values(g: int, one: AnyOf | AllOf) -> Condition:
    values = list(one.values)
    if one.field not in mapping.LISTS:
        return f"{column(one.field)} IN ({_places(values)})", values
    holders = f"SELECT doc FROM labels_{g} WHERE field = ? AND value IN ({_places(values)})"
    if isinstance(one, AllOf):
        wanted = list(dict.fromkeys(values))
        every = f"{holders} GROUP BY doc HAVING COUNT(*) = ?"
        return f"d.doc IN ({every})", [one.field, *values, len(wanted)]
    return f"d.doc IN ({holders})", [one.field, *values]


def _places(values: list[Any]) -> str:
    return ", ".join("?" * len(values))
