"""What goes in and out of identities."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

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
# These are asked about people while they are away, and told when somebody unlinks.
KEEPS_TOKEN = frozenset({Platform.DISCORD})


@dataclass(frozen=True, slots=True)
class Linkable:
    """An account elsewhere, proven to be somebody's and about to be linked.

    `metadata` is `profiles.metadata_of` what the platform says. `refreshToken` is never stored as
    it is.
    """

    platform: Platform
    platformUserId: str
    platformUsername: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    vouchedBy: str | None = None
    scopeServerId: str | None = None
    refreshToken: str | None = field(default=None, repr=False)


class IdentityView(Dto):
    """An account elsewhere, as its owner sees it.

    `metadata` is what the platform said of it by `updatedAt`, as far as it says it at all:
    `displayName`, `avatarUrl`, `profileUrl`. It is text of others.
    """

    platform: Platform
    platformUserId: str
    platformUsername: str | None
    metadata: dict[str, str]
    vouchedBy: str | None
    scopeServerId: str | None
    verifiedAt: datetime
    lastUsedAt: datetime | None
    updatedAt: datetime


class LinkStarted(Dto):
    """Send the browser to `url`; or type `code` on a server that runs the plugin."""

    url: str | None = None
    code: str | None = None
    expiresIn: int


class IdentityList(Dto):
    """All accounts elsewhere, by platform."""

    items: list[IdentityView]
    nextCursor: str | None = None


class _Task(BaseModel):
    model_config = ConfigDict(frozen=True)


class RefreshTask(_Task):
    """Asks the worker to look after the tokens of a shard that are due, some at a time."""

    task: Literal["refresh"] = "refresh"
    shard: str


class RevokeTask(_Task):
    """Tells the worker that somebody's account elsewhere is not linked any more."""

    task: Literal["revoke"] = "revoke"
    userId: str
    platform: str
    platformUserId: str


Task = Annotated[RefreshTask | RevokeTask, Field(discriminator="task")]


def read_task(text: str) -> RefreshTask | RevokeTask:
    """Read a message of the worker's queue. Raises ValueError."""
    found: RefreshTask | RevokeTask = TypeAdapter(Task).validate_json(text)
    return found
