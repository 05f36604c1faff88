"""Servers as search documents."""

from collections.abc import Mapping
from typing import Any, Protocol

from firstspawn.clients.search.interface import Document
from firstspawn.discovery.ranking import rank_score
from firstspawn.kit.clock import rfc3339

# Above every revision a living server reaches, and still exact in JSON: deleted is for good.
LAST_REVISION = 2**53 - 1
_PLAIN = (
    "id", "slug", "name", "shortDescription", "description", "gameType", "region", "language",
    "version", "isVerified", "isFeatured", "isOnline", "bannerUrl", "logoUrl", "iconUrl",
)  # fmt: skip
_WHOLE = ("playerCount", "reviewCount", "favoriteCount")


class StoredServer(Protocol):
    """What the table holds of a server."""

    @property
    def revision(self) -> int:
        """Grows at every write of any part."""

    def flat(self) -> dict[str, Any]:
        """All parts' fields, by the API's names, with `deletedAt` and `isActive`."""


def document(server: StoredServer) -> Document:
    """Project a server; one that is deleted leaves a tombstone, one that is inactive is hidden."""
    values = server.flat()
    if values.get("deletedAt") is not None:
        return tombstone(values["id"])
    fields = {name: values.get(name) for name in _PLAIN}
    fields |= {name: int(values[name]) for name in _WHOLE}
    most = values.get("maxPlayers")
    fields |= {
        "listed": bool(values.get("isActive", True)),
        "tags": list(values["tags"]),
        "maxPlayers": None if most is None else int(most),
        "uptime": float(values["uptime"]),
        "averageRating": float(values["averageRating"]),
        "createdAt": rfc3339(values["createdAt"]),
        "location": _location(values.get("location")),
    }
    return Document(values["id"], server.revision, {**fields, "rankScore": rank_score(fields)})


def tombstone(server_id: str) -> Document:
    """Hide a server for good; nothing of what it was stays in the index."""
    fields = {"id": server_id, "listed": False, "name": "", "slug": "", "gameType": "", "tags": []}
    return Document(server_id, LAST_REVISION, fields)


def _location(place: Any) -> Mapping[str, float] | None:
    return None if place is None else {"lat": float(place.lat), "lon": float(place.lon)}
