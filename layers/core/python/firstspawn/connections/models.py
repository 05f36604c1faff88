"""The items of websockets. None of them wakes a stream consumer."""

from pynamodb.attributes import UnicodeAttribute

from firstspawn.db.item import Item


class Ticket(Item, discriminator="Ticket"):
    """Opens one websocket for its user; stored under its hash."""

    userId = UnicodeAttribute()


class Connection(Item, discriminator="Connection"):
    """An open websocket. Expires after the two hours API Gateway lets one live, and some."""

    id = UnicodeAttribute()
    userId = UnicodeAttribute()
