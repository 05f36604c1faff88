"""The items of identities. A provider's token is in an item of its own, which wakes no consumer."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from firstspawn.db.item import Item, MomentAttribute


class Identity(Item, discriminator="Identity"):
    """An account elsewhere that is somebody's.

    `scopeServerId` is set if the link holds on that server alone: the one that vouched for it is
    not trusted to speak for others. `vouchedBy` names the server of an in-game code. `metadata` is
    what the platform says of it, some strings (`profiles.metadata_of`).
    """

    userId = UnicodeAttribute()
    platform = UnicodeAttribute()
    platformUserId = UnicodeAttribute()
    platformUsername = UnicodeAttribute(null=True)
    metadata = JSONAttribute(default=dict)
    vouchedBy = UnicodeAttribute(null=True)
    scopeServerId = UnicodeAttribute(null=True)
    verifiedAt = MomentAttribute()
    lastUsedAt = MomentAttribute(null=True)


class LinkCode(Item, discriminator="LinkCode"):
    """A code to be typed in the game, stored under its keyed hash."""

    userId = UnicodeAttribute()
    platform = UnicodeAttribute()


class IdentityGuard(Item, discriminator="IdentityGuard"):
    """Makes an account elsewhere unique, and finds whose it is."""

    userId = UnicodeAttribute()


class ProviderToken(Item, discriminator="ProviderToken"):
    """The refresh token of an account elsewhere, sealed for the user and platform it is of.

    It outlives the identity until it is revoked. GSI2 lists it by when to look after it.
    """

    userId = UnicodeAttribute()
    platform = UnicodeAttribute()
    platformUserId = UnicodeAttribute()
    sealed = UnicodeAttribute()
