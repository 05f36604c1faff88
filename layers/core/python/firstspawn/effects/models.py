"""The mark of a consequence: under way, or done."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from firstspawn.db.item import Item


class Effect(Item, discriminator="Effect"):
    """What one consumer did because of one event. Its key is its cause, so it happens once.

    While `outcome` is absent, `holder` works on it until `leasedUntil` (epoch milliseconds).
    """

    holder = UnicodeAttribute()
    leasedUntil = NumberAttribute()
    outcome = UnicodeAttribute(null=True)
