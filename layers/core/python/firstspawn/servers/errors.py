"""What can go wrong with a server's entry."""

from firstspawn.errors import Conflict, Forbidden, NotFound, TooManyRequests


class ServerNotFound(NotFound):
    """No such server, or it was deleted."""

    code = "server_not_found"
    title = "No such server"


class SlugTaken(Conflict):
    """Another server has this slug, or had it until lately."""

    code = "slug_taken"
    title = "This slug is taken"


class ServerLimitReached(Conflict):
    """The owner's tier allows no more servers; `limit` says how many it allows."""

    code = "server_limit_reached"
    title = "No more servers on this tier"


class AddressChangedTooOften(TooManyRequests):
    """A server had ten new addresses today: each makes us knock at somebody's door at once."""

    code = "address_changed_too_often"
    title = "Too many new addresses today"


class NotTheOwner(Forbidden):
    """Only a server's owner and the staff may change it."""

    code = "not_the_owner"
    title = "Not your server"


class Stale(Exception):
    """Somebody wrote the server between our read and our write."""
