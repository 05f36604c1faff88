"""The items of a server. What the owner edits, what counters count and what pings change are three
items of one partition, so that they never fight over a version; one query reads all three.

Each part's `version` grows by one at every write; their sum is the search document's version.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from firstspawn.db.item import Item, MomentAttribute
from firstspawn.servers.regions import centroid
from firstspawn.servers.score import bayesian_score
from firstspawn.uptime.models import ServerStatus


class Location(MapAttribute[str, float]):
    """A place on the globe, in degrees."""

    lat = NumberAttribute()
    lon = NumberAttribute()


class Server(Item, discriminator="Server"):
    """What the owner edits, and what is set for the server by the platform.

    `gameVersion` is what the owner says (the API's `version`; the item's `version` is its lock).
    `addressChanges` counts the new addresses of a day (`addressDay`, since 1970), for each is
    checked at once. `tags` holds slugs of the catalogue. A deleted server stays for its dependants:
    `deletedAt`.
    """

    id = UnicodeAttribute()
    ownerId = UnicodeAttribute()
    gameType = UnicodeAttribute()
    edition = UnicodeAttribute()
    name = UnicodeAttribute()
    slug = UnicodeAttribute()
    shortDescription = UnicodeAttribute(null=True)
    description = UnicodeAttribute(null=True)
    ip = UnicodeAttribute()
    port = NumberAttribute(null=True)
    bedrockIp = UnicodeAttribute(null=True)
    bedrockPort = NumberAttribute(null=True)
    queryPort = NumberAttribute(null=True)
    websiteUrl = UnicodeAttribute(null=True)
    discordUrl = UnicodeAttribute(null=True)
    bannerUrl = UnicodeAttribute(null=True)
    logoUrl = UnicodeAttribute(null=True)
    isVerified = BooleanAttribute(default=False)
    isFeatured = BooleanAttribute(default=False)
    delistedAt = MomentAttribute(null=True)
    isActive = BooleanAttribute(default=True)
    gameVersion = UnicodeAttribute(null=True)
    region = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    launchDate = MomentAttribute(null=True)
    location = Location(null=True)  # type: ignore[no-untyped-call]
    tags = ListAttribute(of=UnicodeAttribute, default=list)
    addressDay = NumberAttribute(null=True)
    addressChanges = NumberAttribute(null=True)
    rosterShard = NumberAttribute()
    rosterSlot = NumberAttribute()
    deletedAt = MomentAttribute(null=True)


class ServerStats(Item, discriminator="ServerStats"):
    """What is counted of a server. Absent means zeros: the first count makes the item.

    Each counter moves in the transaction of its cause (`stats_repository.add_counts`). Reviews
    that are hidden are not among them. `totalPlaytimeMinutes` are verified and active ones,
    `verifiedPlayers` the distinct players who have some. `playHours` are player-seconds counted in
    each hour of the last day, by hour since 1970; `pluginMinutes` are those of
    `totalPlaytimeMinutes` that came through each plugin instance that lives, by its id.
    """

    serverId = UnicodeAttribute()
    # What they were on earlier days (`discovery.trends`), each [day, minutes, reviews, favourites].
    pastCounts: ListAttribute[Any] = ListAttribute(null=True)
    reviewCount = NumberAttribute(default=0)
    ratingSum = NumberAttribute(default=0)
    stars1 = NumberAttribute(default=0)
    stars2 = NumberAttribute(default=0)
    stars3 = NumberAttribute(default=0)
    stars4 = NumberAttribute(default=0)
    stars5 = NumberAttribute(default=0)
    verifiedReviewCount = NumberAttribute(default=0)
    verifiedRatingSum = NumberAttribute(default=0)
    favoriteCount = NumberAttribute(default=0)
    totalPlaytimeMinutes = NumberAttribute(default=0)
    verifiedPlayers = NumberAttribute(default=0)
    playHours = MapAttribute[str, int](null=True)  # type: ignore[no-untyped-call]
    pluginMinutes = MapAttribute[str, int](null=True)  # type: ignore[no-untyped-call]


def _ratings(stats: ServerStats) -> dict[str, Any]:
    reviews = int(stats.reviewCount)
    return {
        "reviewCount": reviews,
        "verifiedReviewCount": int(stats.verifiedReviewCount),
        "averageRating": round(stats.ratingSum / reviews, 2) if reviews else 0.0,
        "ratingDistribution": {star: int(getattr(stats, f"stars{star}")) for star in range(1, 6)},
        "score": bayesian_score(
            reviews, int(stats.ratingSum),
            int(stats.verifiedReviewCount), int(stats.verifiedRatingSum),
        ),
    }  # fmt: skip


class SlugGuard(Item, discriminator="SlugGuard"):
    """Makes a slug unique and finds its server; a former slug is kept for it for a while."""

    serverId = UnicodeAttribute()


class ServerParts(NamedTuple):
    """A server as it is stored; counters and state may not be there yet."""

    detail: Server
    stats: ServerStats | None
    status: ServerStatus | None

    @property
    def revision(self) -> int:
        """The parts' versions summed: grows at every write of any of them."""
        return sum(int(part.version) for part in self if part is not None)

    def flat(self) -> dict[str, Any]:
        """The fields that the API and the search index show, by their names there."""
        stats = self.stats or ServerStats()
        status = self.status or ServerStatus()
        players, most = status.players()
        return {
            **self.detail.attribute_values,
            "isOnline": status.isOnline,
            "playerCount": players,
            "maxPlayers": most or None,
            "uptime": status.known_uptime(),
            "motd": status.motd,
            "iconUrl": status.iconUrl,
            "latency": status.latency,
            "checkedAt": status.checkedAt,
            "isUnlisted": bool(status.isUnlisted),
            **_ratings(stats),
            "favoriteCount": stats.favoriteCount,
            "totalPlaytime": int(stats.totalPlaytimeMinutes) // 60,
            "location": self.detail.location or centroid(self.detail.region),
            "version": self.detail.gameVersion or status.gameVersion,
        }

    def counted(self) -> dict[str, Any]:
        """The counters that the order of search results is made of, and the notes of them."""
        stats = self.stats or ServerStats()
        return {
            "playtimeMinutes": stats.totalPlaytimeMinutes,
            "verifiedPlayers": stats.verifiedPlayers,
            "verifiedReviews": stats.verifiedReviewCount,
            "verifiedStars": stats.verifiedRatingSum,
            "favorites": stats.favoriteCount,
            "past": stats.pastCounts or [],
        }

    @classmethod
    def of(cls, items: Iterable[Item]) -> Self | None:
        """Sort the items of one partition; None if there is no server among them."""
        detail, stats, status = None, None, None
        for item in items:
            if isinstance(item, Server):
                detail = item
            elif isinstance(item, ServerStats):
                stats = item
            elif isinstance(item, ServerStatus):
                status = item
        return None if detail is None else cls(detail, stats, status)
