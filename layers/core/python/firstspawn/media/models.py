"""The item of an upload."""

from pynamodb.attributes import UnicodeAttribute

from firstspawn.db.item import Item


class Upload(Item, discriminator="Upload"):
    """A granted upload. `state` is GRANTED, then DONE (with `url`) or REFUSED (with `reason`)."""

    id = UnicodeAttribute()
    userId = UnicodeAttribute()
    serverId = UnicodeAttribute()
    state = UnicodeAttribute()
    url = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
