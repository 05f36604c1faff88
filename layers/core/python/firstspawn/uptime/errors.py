"""What can go wrong with uptime."""

from firstspawn.errors import NotFound


class StatusNotFound(NotFound):
    """No such server."""

    code = "server_not_found"
    title = "No such server"


class RosterBusy(Exception):
    """Another worker holds the roster: try again when its round is over."""


class RoundOvertaken(Exception):
    """The lease ran out and another worker wrote the roster's state: this round is void."""
