"""What the API says of servers, and what it takes."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from firstspawn.kit.dto import Dto, Input
from firstspawn.servers import fields


class Location(Input):
    """A place on the globe, in degrees."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]


class LocationView(Dto):
    """A place on the globe, in degrees."""

    lat: float
    lon: float


class _Optional(Input):
    """What an entry may leave empty."""

    shortDescription: fields.ShortDescription | None = None
    description: fields.Description | None = None
    port: fields.Port | None = None
    bedrockIp: fields.Host | None = None
    bedrockPort: fields.Port | None = None
    queryPort: fields.QueryPort | None = None
    websiteUrl: fields.Url | None = None
    discordUrl: fields.DiscordUrl | None = None
    version: fields.GameVersion | None = None
    region: fields.Region | None = None
    language: fields.Language | None = None
    launchDate: fields.LaunchDate | None = None
    location: Location | None = None


class RegisterServer(_Optional):
    """A new entry. Without a slug, one is made of the name; without a port, SRV or the default."""

    gameType: fields.GameType
    name: fields.Name
    ip: fields.Host
    slug: fields.Slug | None = None
    edition: fields.ServerEdition | None = None
    tags: fields.TagSlugs = Field(default_factory=list)


class UpdateServer(_Optional):
    """What may change; a field left out stays, null empties those that may be empty."""

    name: fields.Name | None = None
    slug: fields.Slug | None = None
    ip: fields.Host | None = None
    edition: fields.ServerEdition | None = None
    tags: fields.TagSlugs | None = None
    isActive: bool | None = None


def field_values(form: RegisterServer | UpdateServer) -> dict[str, Any]:
    """What was given, by the item's field names; texts that are empty become null."""
    values = {
        name: None if value == "" else value
        for name, value in form.model_dump(exclude_unset=True).items()
    }
    if "version" in values:
        values["gameVersion"] = values.pop("version")
    return values


class ServerView(Dto):
    """A server as everybody sees it.

    `version` is the game's; without the owner's word, what the server answered. `uptime` is a
    percentage (null: only its plugin knows it, no check got through), `totalPlaytime` hours,
    `latency` milliseconds. `location` is the region's centre if
    the owner named no place. `checkedAt` is null, and the state without meaning, until the first
    check. A server that has not answered for two weeks `isUnlisted`: no search finds it.
    `averageRating` is the plain mean of all reviews (0 without any), `score` the published
    Bayesian one in which verified reviews weigh more (docs/reviews.md). `isFavorite` is null for a
    guest, and in lists.
    """

    id: str
    ownerId: str
    gameType: fields.GameType
    edition: fields.ServerEdition
    name: str
    slug: str
    shortDescription: str | None = None
    description: str | None = None
    ip: str
    port: int | None = None
    bedrockIp: str | None = None
    bedrockPort: int | None = None
    queryPort: int | None = None
    websiteUrl: str | None = None
    discordUrl: str | None = None
    bannerUrl: str | None = None
    logoUrl: str | None = None
    iconUrl: str | None = None
    isOnline: bool
    isVerified: bool
    isFeatured: bool
    isActive: bool
    isUnlisted: bool
    playerCount: int
    maxPlayers: int | None
    uptime: float | None
    motd: str | None
    latency: int | None
    checkedAt: datetime | None
    totalPlaytime: int
    averageRating: float
    score: float
    reviewCount: int
    verifiedReviewCount: int
    ratingDistribution: dict[int, int]
    favoriteCount: int
    isFavorite: bool | None = None
    version: str | None
    region: fields.Region | None = None
    language: str | None = None
    launchDate: datetime | None = None
    location: LocationView | None = None
    tags: list[str]
    createdAt: datetime
    updatedAt: datetime


class ServerList(Dto):
    """A page of servers."""

    items: list[ServerView]
    nextCursor: str | None
