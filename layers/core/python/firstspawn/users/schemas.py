"""What the API says of users, and what it takes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field

from firstspawn.kit.dto import Dto, Input
from firstspawn.kit.text import clean

USERNAME = r"^[A-Za-z0-9](?:[A-Za-z0-9_-]{1,22})[A-Za-z0-9]$"


class Role(StrEnum):
    """What the platform lets somebody do."""

    USER = "USER"
    MODERATOR = "MODERATOR"
    ADMIN = "ADMIN"


class Tier(StrEnum):
    """What limits apply to somebody."""

    USER = "USER"
    PREMIUM = "PREMIUM"
    SERVER_OWNER = "SERVER_OWNER"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom an access token names: the user, the session it came from, the account's epoch then.

    `tier` is what it was at that login; a write sees what it is now, and `role` too, which no
    token tells. `authenticatedAt` (epoch
    seconds) is when they last proved who they are; 0 is never fresh. An API token names a user as
    well: then there is no session, but its `tokenId` and the `scopes` it is limited to.
    """

    userId: str
    sessionId: str
    epoch: int
    tier: Tier = Tier.USER
    tokenId: str = ""
    scopes: frozenset[str] | None = None
    authenticatedAt: int = 0
    role: Role = Role.USER

    @property
    def is_program(self) -> bool:
        """Tell an API token from a person who is signed in."""
        return self.scopes is not None


class PublicUser(Dto):
    """A profile as everybody sees it."""

    id: str
    username: str
    displayName: str | None
    avatarUrl: str | None
    bio: str | None
    reputation: int
    isPremium: bool
    isVerified: bool
    createdAt: datetime


class OwnUser(PublicUser):
    """A profile as its owner sees it; one whose name was generated is to be asked for another."""

    usernameIsGenerated: bool
    email: str | None
    emailVerified: bool
    emailVerifiedAt: datetime | None
    role: Role
    tier: Tier
    isBanned: bool
    bannedUntil: datetime | None
    banReason: str | None
    serverCount: int
    updatedAt: datetime
    lastLoginAt: datetime | None
    lastActiveAt: datetime | None
    deletionAt: datetime | None

    @classmethod
    def of(cls, profile: object, now: datetime) -> Self:
        """A profile as it is now: a ban whose time is over is none, though nobody lifted it."""
        shown = cls.model_validate(profile)
        if shown.isBanned and (shown.bannedUntil is None or shown.bannedUntil > now):
            return shown
        return shown.model_copy(update={"isBanned": False, "bannedUntil": None, "banReason": None})


Username = Annotated[
    str,
    Field(
        min_length=3,
        max_length=24,
        pattern=USERNAME,
        description="ASCII letters, digits, `_` and `-`; unique after folding",
        examples=["MinerMax"],
    ),
]
_CleanLine = AfterValidator(clean)
_CleanText = AfterValidator(lambda text: clean(text, multiline=True))


class UpdateProfile(Input):
    """What may change about oneself; a field left out stays, null empties it."""

    username: Username | None = None
    displayName: Annotated[str, Field(max_length=40), _CleanLine] | None = None
    bio: Annotated[str, Field(max_length=500), _CleanText] | None = None
