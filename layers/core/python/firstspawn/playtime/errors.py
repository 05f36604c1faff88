"""What can go wrong with playtime."""

from firstspawn.errors import Conflict, NotFound


class ServerGone(NotFound):
    """The server whose plugin reports is not listed any more."""

    code = "server_gone"
    title = "This server is not listed any more"


class AnomalyNotFound(NotFound):
    """The server has no such anomaly."""

    code = "anomaly_not_found"
    title = "No such anomaly"


class AlreadyDecided(Conflict):
    """A moderator decided it, or nothing was held."""

    code = "already_decided"
    title = "There is nothing left to decide"


class ClocksMoved(Conflict):
    """A player's clock, or the server's room, is not what was read: read again."""

    code = "clocks_moved"
    title = "Changed in the meantime"
