"""Keeping the search index like the table.

An index run never trusts the change that woke it: it reads the servers again, consistently, so
duplicated, reordered and merged stream records all end in the same document.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from firstspawn.clients.search.interface import SearchEngine, WriteFailure
from firstspawn.discovery.documents import StoredServer, document, tombstone
from firstspawn.kit.clock import Clock


class ServerSource(Protocol):
    """The servers' table; `ServerRepository` is one."""

    def read_parts(self, server_ids: Sequence[str]) -> Mapping[str, StoredServer]:
        """Consistent reads of many servers, deleted ones too."""


class IndexingService:
    """Writes servers into the search index."""

    def __init__(self, engine: SearchEngine, servers: ServerSource, clock: Clock) -> None:
        self._engine, self._servers, self._clock = engine, servers, clock

    def index(self, server_ids: Iterable[str]) -> list[WriteFailure]:
        """Bring these servers' documents up to date: one bulk write, one read for each 33.

        Returns what failed. What is no longer in the table is hidden for good.
        """
        wanted = list(dict.fromkeys(server_ids))
        if not wanted:
            return []
        stored, now = self._servers.read_parts(wanted), self._clock()
        return self._engine.write(
            [document(stored[one], now) if one in stored else tombstone(one) for one in wanted]
        )
