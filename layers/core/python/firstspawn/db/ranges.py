"""Several stretches of an index read as one list, descending.

The stretches share what follows their prefixes, their items' places; the list is in the order of
the places. A page goes on below a place, not behind an item: it may have moved or gone meanwhile.
The items come as the index has them, for one of keys only has no `type` a model could be told by.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from firstspawn.db.item import Item
from firstspawn.db.keys import Key


class Stretch(NamedTuple):
    """Part of an index's partition: the sort keys that begin with a prefix (all, if empty)."""

    index_name: str
    partition: str
    prefix: str = ""


class Placed(NamedTuple):
    """An item of a stretch, its place, and what the index holds of it."""

    place: str
    key: Key
    attributes: Mapping[str, Any]


def read(stretches: Sequence[Stretch], limit: int, below: str | None = None) -> list[Placed]:
    """The next `limit` items below a place, the greatest place first: one query a stretch."""
    found = [placed for one in stretches for placed in _query(one, limit, below)]
    return sorted(found, key=lambda placed: placed.place, reverse=True)[:limit]


def pages(stretch: Stretch, limit: int) -> Iterator[list[Placed]]:
    """All of one stretch, page by page: one query each."""
    below = None
    while found := read([stretch], limit, below):
        yield found
        if len(found) < limit:
            return
        below = found[-1].place


def _query(stretch: Stretch, limit: int, below: str | None) -> list[Placed]:
    sort_key: Any = getattr(Item, f"{stretch.index_name}SK")
    condition = sort_key.startswith(stretch.prefix) if stretch.prefix else None
    if below is not None and stretch.prefix:
        condition = sort_key.between(stretch.prefix, stretch.prefix + below)
    elif below is not None:
        condition = sort_key < below
    answer = Item._get_connection().query(  # noqa: SLF001
        stretch.partition,
        condition,
        index_name=stretch.index_name,
        limit=limit + 1,  # between includes its ends
        scan_index_forward=False,
    )
    read_items = [_placed(stretch, attributes) for attributes in answer["Items"]]
    return [placed for placed in read_items if below is None or placed.place < below][:limit]


def _placed(stretch: Stretch, attributes: Mapping[str, Any]) -> Placed:
    place = attributes[f"{stretch.index_name}SK"]["S"].removeprefix(stretch.prefix)
    return Placed(place, Key(attributes["PK"]["S"], attributes["SK"]["S"]), attributes)
