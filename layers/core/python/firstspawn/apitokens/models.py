"""The items of API tokens. Neither reaches a stream consumer."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from firstspawn.db.item import Item, MomentAttribute


class ApiToken(Item, discriminator="ApiToken"):
    """A token, found by the hash of its secret. Good for one `authEpoch` of its account only."""

    id = UnicodeAttribute()
    userId = UnicodeAttribute()
    name = UnicodeAttribute()
    scopes = UnicodeSetAttribute()
    authEpoch = NumberAttribute()
    lastUsedAt = MomentAttribute(null=True)


class ApiTokenPlace(Item, discriminator="ApiTokenPlace"):
    """One of the places a user has for tokens; taken while its token can be used.

    There are only so many keys, so nobody holds more tokens, however many are asked for at once.
    """

    id = UnicodeAttribute()
    tokenHash = UnicodeAttribute()
    authEpoch = NumberAttribute()
