"""The items of identities. None of them holds a provider's token, and none wakes a consumer."""

from pynamodb.attributes import UnicodeAttribute

from firstspawn.db.item import Item, MomentAttribute


class Identity(Item, discriminator="Identity"):
    """An account elsewhere that is somebody's.

    `scopeServerId` is set if the link holds on that server alone: the one that vouched for it is
    not trusted to speak for others. `vouchedBy` names the server of an in-game code.
    """

    userId = UnicodeAttribute()
    platform = UnicodeAttribute()
    platformUserId = UnicodeAttribute()
    platformUsername = UnicodeAttribute(null=True)
    avatarUrl = UnicodeAttribute(null=True)
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
