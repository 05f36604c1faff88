"""The public id of a review: the pair that it is unique for, so that no lookup finds it."""

from typing import NamedTuple

from firstspawn.kit.ids import is_ulid
from firstspawn.reviews.errors import ReviewNotFound

_LENGTH = 26


class Pair(NamedTuple):
    """Whose review of which server."""

    serverId: str
    userId: str

    @property
    def id(self) -> str:
        """The public id."""
        return self.serverId + self.userId


def read_id(text: str) -> Pair:
    """The pair of a public id. Raises ReviewNotFound for what is none."""
    pair = Pair(text[:_LENGTH], text[_LENGTH:])
    if not all(map(is_ulid, pair)):
        raise ReviewNotFound
    return pair
