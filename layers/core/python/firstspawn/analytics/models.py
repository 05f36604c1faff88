"""The items of analytics, one of each a day and server. None of them wakes a consumer."""

from pynamodb.attributes import NumberAttribute

from firstspawn.db.item import Item


class ViewCount(Item, discriminator="ViewCount"):
    """How often a server's page was asked for on a day: exact up to 64, then an estimate."""

    views = NumberAttribute(default=0)


class CountSnapshot(Item, discriminator="CountSnapshot"):
    """What a server's counters came to when they last moved on a day, at their `statsVersion`."""

    statsVersion = NumberAttribute()
    reviewCount = NumberAttribute()
    ratingSum = NumberAttribute()
    favoriteCount = NumberAttribute()
