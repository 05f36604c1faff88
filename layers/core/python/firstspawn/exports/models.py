"""The item of an export. Asking for one wakes the event publisher."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from firstspawn.db.item import Item, MomentAttribute


class Export(Item, discriminator="Export"):
    """A person's one export: its key is the person, so there is one at a time."""

    id = UnicodeAttribute()
    userId = UnicodeAttribute()
    state = UnicodeAttribute()
    requestedAt = MomentAttribute()
    readyAt = MomentAttribute(null=True)
    sizeBytes = NumberAttribute(null=True)
