"""Orders that are computed and not stored, the same on every engine."""

import zlib

from firstspawn.clients.search import mapping
from firstspawn.clients.search.interface import Near, SearchQuery

MASK = 2**31 - 1
_AFTER_ALL_DATES = 2**53 - 1


def factor(seed: int) -> int:
    """What a document's `shuffle` is multiplied by, modulo 2^31, to give its place for a seed.

    Odd, so that no two places become one; a product stays within the 63 bits engines have.
    """
    return (zlib.crc32(str(seed).encode()) >> 1) | 1


def centre(query: SearchQuery) -> Near:
    """The point that distances are measured from. Raises ValueError if the query has none."""
    for one in query.filters:
        if isinstance(one, Near):
            return one
    raise ValueError("an order by distance needs a point")


def missing(query: SearchQuery) -> int:
    """What a document without a value is ordered by: numbers count as 0, no date comes last."""
    is_date = mapping.columns().get(query.sort) == "date"
    return _AFTER_ALL_DATES if is_date and query.direction == "asc" else 0
