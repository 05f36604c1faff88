"""What can go wrong when searching."""

from firstspawn.errors import BadRequest, Unavailable


class SearchUnavailable(Unavailable):
    """The search engine does not answer; servers can still be read by id or slug."""

    code = "search_unavailable"
    title = "Search is temporarily unavailable"


class BadSearchCursor(BadRequest):
    """The cursor was altered, or belongs to another search."""

    code = "bad_cursor"
    title = "The cursor does not fit"


class ReindexFailed(Exception):
    """Documents could not be written, or are not what the table holds; the old index goes on."""
