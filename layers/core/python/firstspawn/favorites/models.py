"""The items of favourites."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from firstspawn.db.item import Item


class Favorite(Item, discriminator="Favorite"):
    """A server among a user's favourites; GSI2 lists them by `createdAt`."""

    userId = UnicodeAttribute()
    serverId = UnicodeAttribute()


class FavoriteCount(Item, discriminator="FavoriteCount"):
    """How many favourites a user has: what the cap is a condition on."""

    number = NumberAttribute(default=0)
