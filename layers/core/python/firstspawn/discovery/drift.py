"""Comparing the index with the table, and mending what differs.

The stream keeps them alike; this finds what a mistake of ours, a restored backup or a dead letter
left behind. What differs at first is looked at again after a while: the stream may only
be late.
"""

from collections.abc import Callable, Mapping, Sequence

from firstspawn.clients.search.interface import SearchEngine
from firstspawn.discovery.documents import LAST_REVISION, StoredServer, document, tombstone
from firstspawn.discovery.errors import ReindexFailed
from firstspawn.discovery.ledger import Ledger, in_buckets
from firstspawn.discovery.rebuilding import Position, WholeTable
from firstspawn.discovery.schemas import DriftReport
from firstspawn.kit.clock import Clock

SETTLE_SECONDS = 10
_SLICE = 330


class DriftService:
    """Finds and mends differences between table and index. `settle` waits for the stream."""

    def __init__(
        self, engine: SearchEngine, servers: WholeTable, clock: Clock, settle: Callable[[], None]
    ) -> None:
        self._engine, self._servers, self._clock = engine, servers, clock
        self._settle = settle

    def compare(self, *, repair: bool = False) -> DriftReport:
        """Walk over both; write again what differs, if `repair`.

        Raises ReindexFailed if something could not be mended, EngineUnavailableError.
        """
        checked, suspects = self._suspects()
        report = DriftReport(checked=checked, missing=[], behind=[], stray=[], repaired=0)
        if suspects:
            self._settle()
        for start in range(0, len(suspects), _SLICE):
            self._judge(suspects[start : start + _SLICE], report, repair=repair)
        return report

    def _judge(self, suspects: Sequence[str], report: DriftReport, *, repair: bool) -> None:
        stored = self._servers.read_parts(suspects)
        kinds = self._kinds(suspects, stored)
        report.missing += kinds["missing"]
        report.behind += kinds["behind"]
        report.stray += kinds["stray"]
        wrong = [one for ids in kinds.values() for one in ids]
        if not repair or not wrong:
            return
        now = self._clock()
        failed = self._engine.write(
            [document(stored[one], now) if one in stored else tombstone(one) for one in wrong]
        )
        if failed:
            raise ReindexFailed(f"{failed[0].id} cannot be mended: {failed[0].reason}")
        report.repaired += len(wrong)

    def _suspects(self) -> tuple[int, list[str]]:
        """How many servers there are, and whose document does not look right."""
        table, suspects = Ledger(), list[str]()
        position: Position | None = None
        while True:
            servers, position = self._servers.walk_from(position, _SLICE)
            entries = self._entries(servers)
            written = self._engine.revisions_of(list(entries))
            table.add(entries.items())
            suspects += [one for one, right in entries.items() if written.get(one, 0) < right]
            if position is None:
                return table.count, [*suspects, *self._strangers(table)]

    def _strangers(self, table: Ledger) -> list[str]:
        """Documents where the index has other ids than the table: some of them are of nobody."""
        index = Ledger()
        after = ""
        while page := self._engine.revisions(after):
            index.add(page)
            after = page[-1][0]
        suspicious, after, found = index.other_ids(table), "", list[str]()
        while suspicious and (page := self._engine.revisions(after)):
            living = [
                one for one, revision in in_buckets(page, suspicious) if revision != LAST_REVISION
            ]
            stored = self._servers.read_parts(living)
            found += [one for one in living if one not in stored]
            after = page[-1][0]
        return found

    def _entries(self, servers: Sequence[StoredServer]) -> dict[str, int]:
        now = self._clock()
        made = (document(server, now) for server in servers)
        return {one.id: one.revision for one in made}

    def _kinds(
        self, suspects: Sequence[str], stored: Mapping[str, StoredServer]
    ) -> dict[str, list[str]]:
        written = self._engine.revisions_of(suspects)
        right = self._entries(list(stored.values()))
        kinds: dict[str, list[str]] = {"missing": [], "behind": [], "stray": []}
        for one in dict.fromkeys(suspects):
            if one not in right:
                kind = "stray" if written.get(one, LAST_REVISION) != LAST_REVISION else ""
            elif one not in written:
                kind = "" if right[one] == LAST_REVISION else "missing"
            else:
                kind = "behind" if written[one] < right[one] else ""
            if kind:
                kinds[kind].append(one)
        return kinds
