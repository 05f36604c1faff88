"""The nightly reindex: a new index filled from the whole table, verified, put in place at once.

It works in steps that fit a function's time: each ends with the message of the next one. Messages
may come twice: documents are written under their revisions, so nothing is written twice, and a
rebuild that was overtaken ends by itself.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from firstspawn.clients.search.interface import (
    EngineUnavailableError,
    Rebuild,
    SearchEngine,
)
from firstspawn.discovery.documents import LAST_REVISION, StoredServer, counts_of
from firstspawn.discovery.errors import ReindexFailed
from firstspawn.discovery.indexing import ServerSource
from firstspawn.discovery.ledger import Ledger
from firstspawn.discovery.projection import project, refused
from firstspawn.discovery.schemas import RebuildMessage, RebuildReport
from firstspawn.discovery.trends import Counts, noted
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import ulid

_SLICE = 330
_ENOUGH_SECONDS = 30
_MOST_SUSPECTS = 1000
# Servers that cannot be indexed: more, or more than a tenth of all, are a mistake of ours, and no
# reason to empty the index. The ids are in the message.
_MOST_REFUSED = 100
_CLOCKS_DIFFER = timedelta(minutes=1)
Position = list[str]
TimeLeft = Callable[[], float]


class WholeTable(ServerSource, Protocol):
    """The servers' table; `ServerRepository` is one."""

    def walk_from(
        self, position: Position | None, limit: int
    ) -> tuple[Sequence[str], Position | None]:
        """Ids of the next servers, if any, deleted ones too, and where to go on; None at the end.

        Takes a few seconds at most.
        """

    def note_counts(self, server: Any, past: Sequence[Sequence[int]]) -> None:
        """Keep what a server's counters were, unless they are moving at this moment."""


class RebuildService:
    """Does one step after the other."""

    def __init__(
        self,
        engine: SearchEngine,
        servers: WholeTable,
        clock: Clock,
        settle: Callable[[], None] = lambda: None,
    ) -> None:
        """`settle` waits for what the stream is just about to bring."""
        self._engine, self._servers, self._clock = engine, servers, clock
        self._settle = settle

    def step(
        self, message: RebuildMessage, time_left: TimeLeft
    ) -> RebuildMessage | RebuildReport | None:
        """Do a message's step: the next message, the report of a new index, or None if overtaken.

        Raises ReindexFailed (the old index goes on then), EngineUnavailableError.
        """
        if message.index is None:
            began = int((self._clock() - _CLOCKS_DIFFER).timestamp() * 1000)
            before = ulid(began, bytes(10))
            return RebuildMessage(index=self._engine.rebuild().name, before=before)
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
        position, hopeless = message.at, list(message.refused)
        while True:
            ids, position = self._servers.walk_from(position, _SLICE)
            entries, out = self._write(rebuild, ids)
            ledger.add(entries, before=message.before)
            hopeless += out
            if len(hopeless) > _MOST_REFUSED:
                raise ReindexFailed(f"too many servers cannot be indexed, one is {hopeless[0]}")
            if position is None or time_left() < _ENOUGH_SECONDS:
                break
        state = {"at": position, "buckets": ledger.buckets, "refused": hopeless}
        return message.model_copy(update={**state, "isFilled": position is None})

    def _write(
        self, rebuild: Rebuild, ids: Sequence[str]
    ) -> tuple[list[tuple[str, int]], list[str]]:
        """Write a slice; return ids with revisions, and what is refused. Raises ReindexFailed."""
        projected = project(self._servers, ids, self._clock())
        out = refused(rebuild.write(list(projected.documents.values())))
        entries = []
        for one, (server, made) in projected.servers.items():
            if one in out:
                continue
            entries.append((one, made.revision))
            if made.revision != LAST_REVISION:
                self._note(server)
        return entries, projected.refused + out

    def _note(self, server: StoredServer) -> None:
        counted = dict(server.counted())
        past = [Counts(*map(int, note)) for note in counted.pop("past")]
        notes = noted(counts_of(counted, self._clock()), past)
        if notes is not None:
            self._servers.note_counts(server, notes)

    def _finish(self, rebuild: Rebuild, message: RebuildMessage) -> RebuildReport:
        """Verify the new index, compare the old one with it, and swap them."""
        found, stray, late, early = Ledger(), 0, _Suspects(), _Suspects()
        hopeless = set(message.refused)
        for one, new, old in _side_by_side(_entries(rebuild), self._old()):
            if one in hopeless or one >= message.before:
                continue
            if new is None:
                stray += old != LAST_REVISION
                continue
            found.add([(one, new)])
            if _is_late(new, old):
                late.add(one, new)
            elif old is not None and old > new:
                early.add(one, old)
        walked = Ledger(list(message.buckets))
        if len(hopeless) > max(1, walked.count // 10):
            raise ReindexFailed(f"{len(hopeless)} servers cannot be indexed, {walked.count} can")
        _verify(walked, found)
        missing, behind = self._judge(late)
        ahead = self._ahead(early)
        return RebuildReport(
            documents=rebuild.publish(), refused=message.refused,
            missing=missing, behind=behind, ahead=ahead, stray=stray,
        )  # fmt: skip

    def _judge(self, late: "_Suspects") -> tuple[int, int]:
        """How many documents the index in place lacks, and has an older state of, once it has had
        the time to show what was written while both were listed.
        """
        suspects = late.revisions
        if not suspects:
            return 0, 0
        self._settle()
        try:
            written = self._engine.revisions_of(list(suspects))
        except EngineUnavailableError:  # there is none, or publishing fails as well
            written = {}
        missing = sum(one not in written for one in suspects)
        behind = sum(written.get(one, new) < new for one, new in suspects.items())
        return missing + late.more, behind

    def _ahead(self, early: "_Suspects") -> int:
        """How many documents were newer than the table is now: it was restored from a backup.

        The others were written while both were listed, after their servers.
        """
        now = project(self._servers, list(early.revisions), self._clock()).documents
        return early.more + sum(
            one in now and now[one].revision < old for one, old in early.revisions.items()
        )

    def _old(self) -> Iterator[tuple[str, int]]:
        """The documents of the index in place; none if there was never one."""
        try:
            self._engine.ping()
        except EngineUnavailableError:
            return
        yield from _entries(self._engine)


@dataclass
class _Suspects:
    """Documents that look wrong, with the newer of both revisions. So many are not just late:
    beyond 1000 they are counted, and taken for what they look like.
    """

    revisions: dict[str, int] = field(default_factory=dict)
    more: int = 0

    def add(self, one: str, revision: int) -> None:
        """Suspect one more."""
        if len(self.revisions) < _MOST_SUSPECTS:
            self.revisions[one] = revision
        else:
            self.more += 1


def _verify(walked: Ledger, found: Ledger) -> None:
    """Hold a new index against what was walked over: by count, checksum and revisions.

    What was listed meanwhile is in neither: only the stream is sure to have met it. Raises
    ReindexFailed.
    """
    if walked.other_ids(found):
        raise ReindexFailed(
            f"{found.count} documents in the new index, {walked.count} servers in the table"
        )
    if walked.newer_than(found):
        raise ReindexFailed("documents of the new index are older than the table's items")


def _is_late(new: int, old: int | None) -> bool:
    """Tell whether the old index is behind; what was deleted may be in neither."""
    return new != LAST_REVISION if old is None else old < new


class _Listed(Protocol):
    def revisions(self, after: str = "", size: int = 10_000) -> list[tuple[str, int]]: ...


def _entries(index: _Listed) -> Iterator[tuple[str, int]]:
    page = index.revisions()
    while page:
        yield from page
        page = index.revisions(page[-1][0])


def _side_by_side(
    new: Iterator[tuple[str, int]], old: Iterator[tuple[str, int]]
) -> Iterator[tuple[str, int | None, int | None]]:
    """Both lists, each in order of id, as one: the revision in either."""
    left, right = next(new, None), next(old, None)
    while left is not None or right is not None:
        first = min(entry[0] for entry in (left, right) if entry is not None)
        mine = left[1] if left is not None and left[0] == first else None
        theirs = right[1] if right is not None and right[0] == first else None
        yield first, mine, theirs
        if mine is not None:
            left = next(new, None)
        if theirs is not None:
            right = next(old, None)
