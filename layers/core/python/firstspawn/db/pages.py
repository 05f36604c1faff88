"""One page of a query, and the position behind an item: what lists are read with.

A position is a list of plain strings, so that a cursor can carry it; it is good for the same
partition and index only, which the cursor's query has to name.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from firstspawn.db.item import Item

_KEYS = ("PK", "SK")
T = TypeVar("T", bound=Item)


def read(
    model: type[T],
    partition: str,
    limit: int,
    after: Sequence[str] | None = None,
    *,
    index: str | None = None,
    prefix: str | None = None,
    newest_first: bool = False,
    consistent: bool = False,
) -> list[T]:
    """Read up to `limit` items of a partition behind a position: one call for each megabyte.

    `index` is None for the table itself, or the name of an index of it; `prefix` that of the sort
    key. Items that have expired are still there: who lists such things looks at `is_alive`.
    """
    sort_key = getattr(model, _sort_key(index))
    start = dict(zip(_names(index), ({"S": one} for one in after), strict=True)) if after else None
    # PynamoDB wants an index's keys as conditions of the model's own attributes.
    return list(
        model.query(
            partition,
            None if prefix is None else sort_key.startswith(prefix),
            index_name=index,
            scan_index_forward=not newest_first,
            limit=limit,
            last_evaluated_key=start,
            consistent_read=consistent,
        )
    )


def position(item: Item, index: str | None = None) -> list[str]:
    """Where an item stands in its partition: what `read` takes as `after`."""
    return [str(getattr(item, name)) for name in _names(index)]


def _names(index: str | None) -> Sequence[str]:
    return (*_KEYS, f"{index}PK", f"{index}SK") if index else _KEYS


def _sort_key(index: str | None) -> Any:
    return f"{index}SK" if index else "SK"
