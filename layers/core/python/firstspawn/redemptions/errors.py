"""What can go wrong when something is handed over."""

from firstspawn.errors import Conflict, NotFound


class RedemptionNotFound(NotFound):
    """Nothing like this is owed on this server."""

    code, title = "redemption_not_found", "Nothing like this is owed here"


class LeaseLost(Conflict):
    """The lease is not yours any more: ask again what is owed."""

    code, title = "lease_lost", "Somebody else has it, or it is settled"


class AlreadyStarted(Conflict):
    """Another attempt was let start: running the command could hand it over twice."""

    code, title = "already_started", "Another attempt was let start: do not run the command"
