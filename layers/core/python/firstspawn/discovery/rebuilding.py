"""The nightly reindex: a new index filled from the whole table, verified, put in place at once.

It works in steps that fit a function's time: each ends with the message of the next one. Messages
may come twice: documents are written under their revisions, so nothing is written twice, and a
rebuild that was overtaken ends by itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from firstspawn.clients.search.interface import (
    EngineUnavailableError,
    Rebuild,
    SearchEngine,
)
from firstspawn.discovery.documents import LAST_REVISION, StoredServer, counts_of, document
from firstspawn.discovery.errors import ReindexFailed
from firstspawn.discovery.ledger import Ledger, in_buckets
from firstspawn.discovery.schemas import RebuildMessage, RebuildReport
from firstspawn.discovery.trends import Counts, noted
from firstspawn.kit.clock import Clock

_SLICE = 330
_ENOUGH_SECONDS = 30
Position = list[str]
TimeLeft = Callable[[], float]


class WholeTable(Protocol):
    """The servers' table; `ServerRepository` is one."""

    def read_parts(self, server_ids: Sequence[str]) -> Mapping[str, StoredServer]:
        """Consistent reads of many servers, deleted ones too."""

    def walk_from(
        self, position: Position | None, limit: int
    ) -> tuple[Sequence[StoredServer], Position | None]:
        """The next servers, deleted ones too, and where to go on; None at the end."""

    def note_counts(self, server: Any, past: Sequence[Sequence[int]]) -> None:
        """Keep what a server's counters were, unless they are moving at this moment."""


class RebuildService:
    """Does one step after the other."""

    def __init__(self, engine: SearchEngine, servers: WholeTable, clock: Clock) -> None:
        self._engine, self._servers, self._clock = engine, servers, clock

    def step(
        self, message: RebuildMessage, time_left: TimeLeft
    ) -> RebuildMessage | RebuildReport | None:
        """Do a message's step: the next message, the report of a new index, or None if overtaken.

        Raises ReindexFailed (the old index goes on then), EngineUnavailableError.
        """
        if message.index is None:
            began = int(self._clock().timestamp() * 1000)
            return RebuildMessage(index=self._engine.rebuild().name, began=began)
        rebuild = self._engine.resume(message.index)
        if rebuild is None:
            return None
        if message.isFilled:
            return self._finish(rebuild, message)
        return self._fill(rebuild, message, time_left)

    def run(self, progress: Callable[[int], None] = lambda _: None) -> RebuildReport:
        """Do all steps here and now; `progress` is told how many servers were written so far.

        Raises ReindexFailed, EngineUnavailableError: the new index is dropped, the old one goes on.
        """
        outcome: RebuildMessage | RebuildReport | None = RebuildMessage()
        while isinstance(outcome, RebuildMessage):
            message = outcome
            progress(sum(count for count, _, _ in message.buckets))
            try:
                outcome = self.step(message, lambda: 0)
            except BaseException:
                self._abandon(message)
                raise
        if outcome is None:
            raise ReindexFailed("another reindex took over")
        return outcome

    def _abandon(self, message: RebuildMessage) -> None:
        with suppress(EngineUnavailableError):  # then the next reindex drops it
            rebuild = self._engine.resume(message.index) if message.index else None
            if rebuild is not None:
                rebuild.discard()

    def _fill(
        self, rebuild: Rebuild, message: RebuildMessage, time_left: TimeLeft
    ) -> RebuildMessage:
        ledger = Ledger(list(message.buckets)) if message.buckets else Ledger()
        position = message.at
        while True:
            servers, position = self._servers.walk_from(position, _SLICE)
            self._write(rebuild, servers, ledger)
            if position is None or time_left() < _ENOUGH_SECONDS:
                break
        state = {"at": position, "buckets": ledger.buckets, "isFilled": position is None}
        return message.model_copy(update=state)

    def _write(self, rebuild: Rebuild, servers: Sequence[StoredServer], ledger: Ledger) -> None:
        now = self._clock()
        documents = [document(server, now) for server in servers]
        failed = rebuild.write(documents)
        if failed:
            raise ReindexFailed(f"{failed[0].id} cannot be written: {failed[0].reason}")
        ledger.add((one.id, one.revision) for one in documents)
        for server, made in zip(servers, documents, strict=True):
            if made.revision != LAST_REVISION:
                self._note(server)

    def _note(self, server: StoredServer) -> None:
        counted = dict(server.counted())
        past = [Counts(*map(int, note)) for note in counted.pop("past")]
        notes = noted(counts_of(counted, self._clock()), past)
        if notes is not None:
            self._servers.note_counts(server, notes)

    def _finish(self, rebuild: Rebuild, message: RebuildMessage) -> RebuildReport:
        """Verify the new index, compare the old one with it, and swap them."""
        walked, found = Ledger(list(message.buckets)), Ledger()
        missing = behind = stray = 0
        for one, new, old in _side_by_side(_pages(rebuild), self._old()):
            if new is not None:
                found.add([(one, new)])
            if new is None:
                stray += old != LAST_REVISION
            elif old is None:
                missing += new != LAST_REVISION
            else:
                behind += old < new
        self._verify(rebuild, walked, found, message.began)
        count = rebuild.publish()
        return RebuildReport(documents=count, missing=missing, behind=behind, stray=stray)

    def _old(self) -> Iterator[tuple[str, int]]:
        """The documents of the index in place; none if there was never one."""
        try:
            self._engine.ping()
        except EngineUnavailableError:
            return
        yield from _pages(self._engine)

    def _verify(self, rebuild: Rebuild, walked: Ledger, found: Ledger, began: int) -> None:
        """Hold the new index against what was walked over: by count, checksum and revisions.

        What the stream added meanwhile is looked up in the table. Raises ReindexFailed.
        """
        suspicious = walked.other_ids(found)
        if (
            suspicious
            and walked.other_ids(self._from_walk(rebuild, suspicious, began)) & suspicious
        ):
            raise ReindexFailed(
                f"{found.count} documents in the new index, {walked.count} servers in the table"
            )
        if walked.newer_than(found):
            raise ReindexFailed("documents of the new index are older than the table's items")

    def _from_walk(self, rebuild: Rebuild, buckets: set[int], began: int) -> Ledger:
        """What some buckets of the new index hold, without what was listed since it was begun."""
        kept = Ledger()
        for page in _in_pages(rebuild):
            entries = in_buckets(page, buckets)
            stored = self._servers.read_parts([one for one, _ in entries])
            kept.add(entry for entry in entries if not _is_new(stored.get(entry[0]), began))
        return kept


def _is_new(server: StoredServer | None, began: int) -> bool:
    """Tell whether a server was listed while the rebuild was under way."""
    return server is not None and server.flat()["createdAt"].timestamp() * 1000 >= began


class _Listed(Protocol):
    def revisions(self, after: str = "", size: int = 10_000) -> list[tuple[str, int]]: ...


def _in_pages(index: _Listed) -> Iterator[list[tuple[str, int]]]:
    page = index.revisions()
    while page:
        yield page
        page = index.revisions(page[-1][0])


def _pages(index: _Listed) -> Iterator[tuple[str, int]]:
    for page in _in_pages(index):
        yield from page


def _side_by_side(
    new: Iterator[tuple[str, int]], old: Iterator[tuple[str, int]]
) -> Iterator[tuple[str, int | None, int | None]]:
    """Both lists, each in order of id, as one: the revision in either."""
    left, right = next(new, None), next(old, None)
    while left or right:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            yield left[0], left[1], None
            left = next(new, None)
        elif left is None or right[0] < left[0]:
            yield right[0], None, right[1]
            right = next(old, None)
        else:
            yield left[0], left[1], right[1]
            left, right = next(new, None), next(old, None)
