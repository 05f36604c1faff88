"""The item of a tag."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from firstspawn.db.item import Item


class Tag(Item, discriminator="Tag"):
    """An entry of the catalogue. `icon` names a symbol of the frontend, `color` is `#rrggbb`."""

    slug = UnicodeAttribute()
    name = UnicodeAttribute()
    category = UnicodeAttribute()
    color = UnicodeAttribute(null=True)
    icon = UnicodeAttribute(null=True)
    description = UnicodeAttribute(null=True)
    isActive = BooleanAttribute(default=True)
    sortOrder = NumberAttribute(default=0)
