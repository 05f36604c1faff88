"""The items of signing in. None of them reaches a stream consumer except the mailed tokens."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from firstspawn.db.item import Item, MomentAttribute
from firstspawn.users.schemas import Tier


class Credential(Item, discriminator="Credential"):
    """The login record of an address and the guard of its uniqueness in one.

    Until the address is verified it expires, so that nobody can squat one. `authEpoch` mirrors the
    profile's: a login compares the two and so cannot slip past a logout-all; `hasSecondFactor`
    mirrors it too, and only ever changes together with the epoch. It is `contested` once
    somebody registers the unverified address with another password: then none of them is trusted.
    """

    userId = UnicodeAttribute()
    passwordHash = UnicodeAttribute(null=True)
    verified = BooleanAttribute(default=False)
    authEpoch = NumberAttribute(default=1)
    contested = BooleanAttribute(null=True)
    hasSecondFactor = BooleanAttribute(null=True)


class Session(Item, discriminator="Session"):
    """One login: a family of refresh tokens of which only the newest generation is good.

    `authenticatedAt` is when its owner last proved who they are: the login, or later.
    """

    id = UnicodeAttribute()
    userId = UnicodeAttribute()
    generation = NumberAttribute(default=1)
    tokenHash = UnicodeAttribute()
    authEpoch = NumberAttribute()
    tier = UnicodeAttribute(default=Tier.USER.value)
    userAgent = UnicodeAttribute(null=True)
    ipAddress = UnicodeAttribute(null=True)
    lastUsedAt = MomentAttribute()
    authenticatedAt = MomentAttribute(null=True)


class EmailToken(Item, discriminator="EmailToken"):
    """A mailed single-use token, stored under its hash.

    The token is an HMAC of `seed` under the stack's key: the mail worker can make it again, a
    reader of the table cannot. Its insertion is what sends the mail. A reset's token is good for
    one `authEpoch` only: whatever ends all logins ends the links that were mailed before. Of a
    change of address it is good for that change alone, and its mail tells what it is `about`.
    """

    purpose = UnicodeAttribute()
    userId = UnicodeAttribute()
    email = UnicodeAttribute()
    seed = UnicodeAttribute()
    authEpoch = NumberAttribute(null=True)
    changeId = UnicodeAttribute(null=True)
    about = UnicodeAttribute(null=True)


class EmailChange(Item, discriminator="EmailChange"):
    """A change of address that waits for its links to be followed; one a user.

    It is good for the `authEpoch` of the session that asked for it. Without an `oldEmail` the new
    one alone has to agree.
    """

    id = UnicodeAttribute()
    userId = UnicodeAttribute()
    sessionId = UnicodeAttribute()
    authEpoch = NumberAttribute()
    oldEmail = UnicodeAttribute(null=True)
    newEmail = UnicodeAttribute()
    oldConfirmedAt = MomentAttribute(null=True)
    newConfirmedAt = MomentAttribute(null=True)


class Challenge(Item, discriminator="Challenge"):
    """The mark that a challenge was used, or how often an answer to it was tried.

    Challenges are signed, not stored: this item is written when the first answer comes.
    """

    tries = NumberAttribute(null=True)
    usedAt = MomentAttribute(null=True)


class Decoy(Item, discriminator="Decoy"):
    """Written where a token would be if the account existed: the same work, and no mail."""
