"""The items of a user."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from firstspawn.db.item import Item, MomentAttribute
from firstspawn.users.schemas import Role, Tier


class User(Item, discriminator="User"):
    """A profile. No password, token or other secret is ever stored here.

    `hasSecondFactor` tells that a login needs one (absent: it does not), `passkeyCount` how many
    passkeys there are: conditions of what must not outrun a change of theirs. `authEpoch` grows
    when all logins must end; `version` grows at the owner's edits alone.
    `deletionAt` is when the account will be gone, `deletedAt` since when it is: the id stays.
    """

    id = UnicodeAttribute()
    username = UnicodeAttribute()
    usernameIsGenerated = BooleanAttribute(default=False)
    email = UnicodeAttribute(null=True)
    emailVerified = BooleanAttribute(default=False)
    emailVerifiedAt = MomentAttribute(null=True)
    displayName = UnicodeAttribute(null=True)
    avatarUrl = UnicodeAttribute(null=True)
    bio = UnicodeAttribute(null=True)
    reputation = NumberAttribute(default=0)
    isPremium = BooleanAttribute(default=False)
    isServerOwner = BooleanAttribute(default=False)
    isVerified = BooleanAttribute(default=False)
    isBanned = BooleanAttribute(default=False)
    bannedUntil = MomentAttribute(null=True)
    banReason = UnicodeAttribute(null=True)
    role = UnicodeAttribute(default=Role.USER.value)
    authEpoch = NumberAttribute(default=1)
    hasSecondFactor = BooleanAttribute(null=True)
    passkeyCount = NumberAttribute(null=True)
    serverCount = NumberAttribute(default=0)
    lastLoginAt = MomentAttribute(null=True)
    lastActiveAt = MomentAttribute(null=True)
    deletionAt = MomentAttribute(null=True)
    deletedAt = MomentAttribute(null=True)

    @property
    def tier(self) -> Tier:
        """The best tier this user has."""
        if self.isServerOwner:
            return Tier.SERVER_OWNER
        return Tier.PREMIUM if self.isPremium else Tier.USER


class UsernameGuard(Item, discriminator="UsernameGuard"):
    """Makes a user name unique; kept for its former owner for a while after a change."""

    userId = UnicodeAttribute()
