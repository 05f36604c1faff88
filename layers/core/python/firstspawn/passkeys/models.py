"""The items of passkeys. They hold public keys, no secrets, and wake no consumer."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from firstspawn.db.item import Item, MomentAttribute


class Passkey(Item, discriminator="Passkey"):
    """A public key of somebody's. `signCount` is the highest its signatures have shown."""

    id = UnicodeAttribute()
    userId = UnicodeAttribute()
    credentialId = UnicodeAttribute()
    publicKey = UnicodeAttribute()
    signCount = NumberAttribute()
    aaguid = UnicodeAttribute()
    name = UnicodeAttribute()
    isBackedUp = BooleanAttribute()
    lastUsedAt = MomentAttribute(null=True)


class PasskeyGuard(Item, discriminator="PasskeyGuard"):
    """Makes a credential id unique among all users."""

    userId = UnicodeAttribute()
