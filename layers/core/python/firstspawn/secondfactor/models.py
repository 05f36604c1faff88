"""The items of second factors, apart from profiles. None of them wakes a consumer."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from firstspawn.db.item import Item, MomentAttribute


class SecondFactor(Item, discriminator="SecondFactor"):
    """What codes are checked against. Its presence and the profile's flag change together.

    `secret` is sealed in the vault. `lastStep` is the time step of the last code used: no code of
    it, or of one before, is good again. Recovery codes are kept as keyed hashes until used.
    """

    userId = UnicodeAttribute()
    secret = UnicodeAttribute()
    lastStep = NumberAttribute()
    recoveryHashes = UnicodeSetAttribute(null=True)
    confirmedAt = MomentAttribute()


class PendingFactor(Item, discriminator="PendingFactor"):
    """A secret that was shown and waits for the first code made of it."""

    userId = UnicodeAttribute()
    secret = UnicodeAttribute()
