"""The item of something owed in a game."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from firstspawn.db.item import Item, MomentAttribute


class Delivery(Item, discriminator="Delivery"):
    """Something a server owes a player, and how far it is handed over.

    `until` is the lease's end in milliseconds. `lastLease`, `lastAttempt` and `lastOutcome` make a
    report that is repeated after it led back to DUE a repetition.
    """

    id = UnicodeAttribute()
    serverId = UnicodeAttribute()
    playerUuid = UnicodeAttribute()
    prize = UnicodeAttribute()
    command = UnicodeAttribute()
    status = UnicodeAttribute()
    pluginId = UnicodeAttribute(null=True)
    leaseId = UnicodeAttribute(null=True)
    until = NumberAttribute(null=True)
    attempt = UnicodeAttribute(null=True)
    attempts = NumberAttribute(default=0)
    lastLease = UnicodeAttribute(null=True)
    lastAttempt = UnicodeAttribute(null=True)
    lastOutcome = UnicodeAttribute(null=True)
    settledAt = MomentAttribute(null=True)
