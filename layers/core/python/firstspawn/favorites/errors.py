"""What can go wrong with favourites."""

from firstspawn.errors import Conflict


class TooManyFavorites(Conflict):
    """The list is full; `limit` says how many it holds."""

    code = "too_many_favorites"
    title = "No more favourites"


class Unchanged(Exception):
    """It is so already."""
