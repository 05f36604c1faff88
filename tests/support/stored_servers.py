"""Servers as the table would give them to the indexer, without a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

_CREATED = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass
class FakeServer:
    """Implements `StoredServer`."""

    id: str
    revision: int = 3
    values: dict[str, Any] = field(default_factory=dict)
    counters: dict[str, Any] = field(default_factory=dict)

    def flat(self) -> dict[str, Any]:
        """All fields of a plain server, and what the test set."""
        return {
            "id": self.id,
            "slug": self.id,
            "name": f"Server {self.id}",
            "gameType": "MINECRAFT",
            "edition": "JAVA",
            "ip": "play.example.com",
            "tags": ["pvp"],
            "isVerified": False,
            "isFeatured": False,
            "isActive": True,
            "isOnline": True,
            "playerCount": 12,
            "maxPlayers": 100,
            "uptime": 99.5,
            "averageRating": 4.5,
            "score": 3.43,
            "reviewCount": 2,
            "verifiedReviewCount": 0,
            "totalPlaytime": 0,
            "launchDate": None,
            "checkedAt": _CREATED,
            "favoriteCount": 1,
            "version": "1.21",
            "createdAt": _CREATED,
            "location": SimpleNamespace(lat=50, lon=8.5),
            **self.values,
        }

    def counted(self) -> dict[str, Any]:
        """Counters at zero, and what the test set."""
        counters = ("playtimeMinutes", "verifiedPlayers", "verifiedReviews", "verifiedStars")
        return {**dict.fromkeys(counters, 0), "favorites": 1, "past": [], **self.counters}


@dataclass
class FakeTable:
    """Implements `ServerSource` and `WholeTable`; counts its reads."""

    servers: dict[str, FakeServer] = field(default_factory=dict)
    reads: list[list[str]] = field(default_factory=list)

    def put(self, server: FakeServer) -> None:
        """Store or replace a server."""
        self.servers[server.id] = server

    def read_parts(self, server_ids: Sequence[str]) -> dict[str, FakeServer]:
        """Give those there are."""
        self.reads.append(list(server_ids))
        return {one: self.servers[one] for one in server_ids if one in self.servers}

    def walk_from(
        self, position: list[str] | None, limit: int
    ) -> tuple[list[str], list[str] | None]:
        """Give the ids of the next two, in order."""
        assert limit > 1
        after = sorted(one for one in self.servers if position is None or one > position[0])
        page = after[:2]
        end = [page[-1]] if len(after) > len(page) else None
        return page, end

    def note_counts(self, server: FakeServer, past: Sequence[Sequence[int]]) -> None:
        """Keep notes."""
        stored = self.servers[server.id]
        counters = {**stored.counters, "past": [list(note) for note in past]}
        self.put(replace(stored, revision=stored.revision + 1, counters=counters))
