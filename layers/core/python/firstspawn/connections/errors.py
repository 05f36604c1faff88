"""What can go wrong with a websocket."""

from firstspawn.errors import Unauthenticated


class InvalidTicket(Unauthenticated):
    """The ticket is unknown, used or too old."""

    code = "invalid_ticket"
    title = "Ticket not valid"
