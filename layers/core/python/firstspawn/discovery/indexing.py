"""Keeping the search index like the table.

An index run never trusts the change that woke it: it reads the servers again, consistently, so
duplicated, reordered and merged stream records all end in the same document.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from firstspawn.clients.search.interface import Rebuild, SearchEngine, WriteFailure
from firstspawn.discovery.documents import StoredServer, document, tombstone
from firstspawn.kit.clock import Clock


class ServerSource(Protocol):
    """The servers' table; `ServerRepository` is one."""

    def read_parts(self, server_ids: Sequence[str]) -> Mapping[str, StoredServer]:
        """Consistent reads of many servers, deleted ones too."""

    def walk(self) -> Iterator[Sequence[StoredServer]]:
        """Every server there is, in batches."""


class ReindexFailed(Exception):
    """Documents could not be written; the old index goes on."""


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

    def reindex(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Fill a new index from the whole table and put it in place of the old one at once.

        Searches and stream-fed writes go on meanwhile. `progress` is told how many servers were
        written so far. Returns the new index's document count. Raises ReindexFailed (the old
        index goes on then), EngineUnavailableError.
        """
        rebuild = self._engine.rebuild()
        try:
            self._fill(rebuild, progress)
        except BaseException:
            rebuild.discard()
            raise
        return rebuild.publish()

    def _fill(self, rebuild: Rebuild, progress: Callable[[int], None]) -> None:
        done = 0
        for batch in self._servers.walk():
            failed = rebuild.write([document(server, self._clock()) for server in batch])
            if failed:
                raise ReindexFailed(f"{failed[0].id} cannot be written: {failed[0].reason}")
            done += len(batch)
            progress(done)
