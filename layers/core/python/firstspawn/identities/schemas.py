"""What goes in and out of identities."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from firstspawn.kit.dto import Dto


class Platform(StrEnum):
    """Where somebody may have an account."""

    DISCORD = "DISCORD"
    GOOGLE = "GOOGLE"
    EPIC = "EPIC"
    STEAM = "STEAM"
    MINECRAFT = "MINECRAFT"
    HYTALE = "HYTALE"


# One can sign in with these; the others are only played as.
SIGN_IN = frozenset({Platform.DISCORD, Platform.GOOGLE, Platform.EPIC, Platform.STEAM})


@dataclass(frozen=True, slots=True)
class Linkable:
    """An account elsewhere, proven to be somebody's and about to be linked."""

    platform: Platform
    platformUserId: str
    platformUsername: str | None = None
    avatarUrl: str | None = None
    vouchedBy: str | None = None
    scopeServerId: str | None = None


class IdentityView(Dto):
    """An account elsewhere, as its owner sees it."""

    platform: Platform
    platformUserId: str
    platformUsername: str | None
    avatarUrl: str | None
    vouchedBy: str | None
    scopeServerId: str | None
    verifiedAt: datetime
    lastUsedAt: datetime | None


class LinkStarted(Dto):
    """Send the browser to `url`; or type `code` on a server that runs the plugin."""

    url: str | None = None
    code: str | None = None
    expiresIn: int


class IdentityList(Dto):
    """All accounts elsewhere, by platform."""

    items: list[IdentityView]
    nextCursor: str | None = None
