"""Filters as SQL conditions on `docs_N d`.

Names in them come from `servers.json` and this package, never from a request; values are bound.
"""
# ruff: noqa: S608 -- see above

from collections.abc import Iterable
from typing import Any

from firstspawn.clients.search import mapping
from firstspawn.clients.search.interface import AllOf, Filter

Condition = tuple[str, list[Any]]


def conditions(g: int, filters: Iterable[Filter]) -> Condition:
    """Every filter's condition, and that the document is listed."""
    parts, values = ["d.listed = 1"], []
    for condition, bound in (_condition(g, one) for one in filters):
        parts.append(condition)
        values += bound
    return " AND ".join(parts), values


def column(field: str) -> str:
    """The column of a field. Raises ValueError if it can neither be filtered nor sorted by."""
    if field not in mapping.columns():
        raise ValueError(f"{field} can neither be filtered nor sorted by")
    return f"d.{field}"


def _condition(g: int, one: Filter) -> Condition:
    values = list(one.values)
    if one.field not in mapping.LISTS:
        return f"{column(one.field)} IN ({_places(values)})", values
    holders = f"SELECT doc FROM tags_{g} WHERE tag IN ({_places(values)})"
    if isinstance(one, AllOf):
        wanted = list(dict.fromkeys(values))
        every = f"{holders} GROUP BY doc HAVING COUNT(*) = ?"
        return f"d.doc IN ({every})", [*values, len(wanted)]
    return f"d.doc IN ({holders})", values


def _places(values: list[Any]) -> str:
    return ", ".join("?" * len(values))
