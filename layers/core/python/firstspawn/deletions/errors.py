"""What can go wrong with a deletion."""

from firstspawn.errors import Conflict


class NoDeletion(Conflict):
    """None is scheduled, or it has begun and cannot be stopped any more."""

    code = "no_deletion_scheduled"
    title = "No deletion is scheduled"


class NotYetGone(Exception):
    """Something of the account could not be seen yet: the message must come again later."""
