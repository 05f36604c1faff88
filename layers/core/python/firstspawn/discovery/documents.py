"""Servers as search documents."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from firstspawn.clients.search.interface import Document
from firstspawn.discovery.languages import languages
from firstspawn.discovery.ranking import Proof, exposure_group, rank_parts
from firstspawn.discovery.trends import Counts, grown, trend
from firstspawn.discovery.versions import versions
from firstspawn.kit.clock import rfc3339

# Above every revision a living server reaches, and still exact in JSON: deleted is for good.
LAST_REVISION = 2**53 - 1
_PLAIN = (
    "id", "slug", "name", "shortDescription", "description", "gameType", "edition", "region",
    "language", "version", "isVerified", "isFeatured", "isOnline", "bannerUrl", "logoUrl",
    "iconUrl",
)  # fmt: skip
_WHOLE = ("playerCount", "reviewCount", "verifiedReviewCount", "favoriteCount", "totalPlaytime")
_MOMENTS = ("createdAt", "launchDate", "checkedAt")


class StoredServer(Protocol):
    """What the table holds of a server."""

    @property
    def revision(self) -> int:
        """Grows at every write of any part."""

    def flat(self) -> dict[str, Any]:
        """All parts' fields, by the API's names, with `deletedAt` and `isActive`."""

    def counted(self) -> dict[str, Any]:
        """The counters behind them: `playtimeMinutes`, `verifiedPlayers`, `verifiedReviews`,
        `verifiedStars`, `favorites`, and `past`: the notes of `trends`.
        """


def document(server: StoredServer, now: datetime) -> Document:
    """Project a server: deleted, it leaves a tombstone; inactive or long absent, it is hidden.

    Points for being new, the trend and the exposure are those of `now`: each night's reindex
    brings them up to date where nothing was written.
    """
    values = server.flat()
    if values.get("deletedAt") is not None:
        return tombstone(values["id"])
    fields = {name: values.get(name) for name in _PLAIN}
    fields |= {name: int(values[name]) for name in _WHOLE}
    fields |= {name: _moment(values.get(name)) for name in _MOMENTS}
    most, uptime = values.get("maxPlayers"), values["uptime"]
    fields |= {
        "listed": _is_listed(values),
        "tags": list(values["tags"]),
        "versions": versions(values.get("version")),
        "languages": languages(values.get("language")),
        "maxPlayers": None if most is None else int(most),
        "uptime": None if uptime is None else float(uptime),
        "averageRating": float(values["averageRating"]),
        "score": float(values["score"]),
        "location": _location(values.get("location")),
    }
    return Document(values["id"], server.revision, fields | _standing(server, values, now))


def _is_listed(values: Mapping[str, Any]) -> bool:
    """The owner shows it, it has answered lately, and the staff has not hidden it."""
    hidden = values.get("isUnlisted") or values.get("delistedAt") is not None
    return bool(values.get("isActive", True)) and not hidden


def tombstone(server_id: str) -> Document:
    """Hide a server for good; nothing of what it was stays in the index."""
    fields = {"id": server_id, "listed": False, "name": "", "slug": "", "gameType": "", "tags": []}
    return Document(server_id, LAST_REVISION, fields)


def counts_of(counted: Mapping[str, Any], now: datetime) -> Counts:
    """A server's verified counts as they are now."""
    minutes, reviews = int(counted["playtimeMinutes"]), int(counted["verifiedReviews"])
    return Counts(now.toordinal(), minutes, reviews, int(counted["favorites"]))


def _standing(server: StoredServer, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    counted = dict(server.counted())
    past = [Counts(*map(int, note)) for note in counted.pop("past")]
    now_counts = counts_of(counted, now)
    proof = Proof(
        **{name: int(count) for name, count in counted.items()},
        uptime=float(values["uptime"] or 0),
        isOnline=bool(values["isOnline"]),
        # Being verified proves an owner; only a plugin that adds playtime vouches for players.
        isVouched=grown(now_counts, past).minutes > 0,
        playerCount=int(values["playerCount"]),
    )
    opened = values.get("launchDate") or values["createdAt"]
    parts = rank_parts(proof, opened, now)
    score = sum(parts.values())
    return {
        "rankScore": score,
        "rankParts": parts,
        "trend": trend(now_counts, past),
        "exposureGroup": exposure_group(values["id"], score, proof, values["createdAt"], now),
    }


def _moment(value: Any) -> str | None:
    return None if value is None else rfc3339(value)


def _location(place: Any) -> Mapping[str, float] | None:
    return None if place is None else {"lat": float(place.lat), "lon": float(place.lon)}
