"""Comparing the index with the table, and mending what differs.

The stream keeps them alike; this finds what a mistake of ours, a restored backup or a dead letter
left behind. What differs at first is looked at again after a while: the stream may only
be late. A document that is ahead of the table stays so: the index takes nothing older, and only a
new one, which a reindex fills, is mended.
"""

from collections.abc import Callable, Mapping

from firstspawn.clients.search.interface import SearchEngine
from firstspawn.discovery.documents import LAST_REVISION, tombstone
from firstspawn.discovery.ledger import Ledger, in_buckets
from firstspawn.discovery.projection import Projected, project, refused
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

        Raises ReindexFailed if something could not be mended now, EngineUnavailableError.
        """
        report = DriftReport()
        suspects = list(self._suspects(report).items())
        if suspects:
            self._settle()
        for start in range(0, len(suspects), _SLICE):
            self._judge(dict(suspects[start : start + _SLICE]), report, repair=repair)
        return report

    def _judge(self, suspects: Mapping[str, int], report: DriftReport, *, repair: bool) -> None:
        stored = project(self._servers, list(suspects), self._clock())
        kinds = self._kinds(suspects, stored)
        report.missing += kinds["missing"]
        report.behind += kinds["behind"]
        report.ahead += kinds["ahead"]
        report.stray += kinds["stray"]
        wrong = [*kinds["missing"], *kinds["behind"], *kinds["stray"]]
        if not repair or not wrong:
            return
        documents = stored.documents
        out = refused(self._engine.write([documents.get(one) or tombstone(one) for one in wrong]))
        report.refused += out
        report.repaired += len(wrong) - len(out)

    def _suspects(self, report: DriftReport) -> dict[str, int]:
        """Whose document does not look right, with the revision it has, 0 for none.

        Reports how many servers there are, and which cannot be indexed.
        """
        table, suspects = Ledger(), dict[str, int]()
        position: Position | None = None
        while True:
            ids, position = self._servers.walk_from(position, _SLICE)
            projected = project(self._servers, ids, self._clock())
            report.refused += projected.refused
            right = _revisions(projected)
            written = self._engine.revisions_of(list(right))
            table.add(right.items())
            seen = {one: written.get(one, 0) for one in right}
            suspects |= {one: had for one, had in seen.items() if had != right[one]}
            if position is None:
                break
        report.checked = table.count + len(report.refused)
        return suspects | self._strangers(table)

    def _strangers(self, table: Ledger) -> dict[str, int]:
        """Documents where the index has other ids than the table: some of them are of nobody."""
        index = Ledger()
        after = ""
        while page := self._engine.revisions(after):
            index.add(page)
            after = page[-1][0]
        suspicious, after, found = index.other_ids(table), "", dict[str, int]()
        while suspicious and (page := self._engine.revisions(after)):
            living = {
                one: revision
                for one, revision in in_buckets(page, suspicious)
                if revision != LAST_REVISION
            }
            stored = project(self._servers, list(living), self._clock())
            found |= {one: had for one, had in living.items() if one not in stored.servers}
            after = page[-1][0]
        return found

    def _kinds(self, suspects: Mapping[str, int], stored: Projected) -> dict[str, list[str]]:
        written = self._engine.revisions_of(list(suspects))
        right = _revisions(stored)
        kinds: dict[str, list[str]] = {"missing": [], "behind": [], "ahead": [], "stray": []}
        for one, had in suspects.items():
            if one in stored.refused:
                continue
            if one not in right:
                kind = "stray" if written.get(one, LAST_REVISION) != LAST_REVISION else ""
            elif had > right[one]:  # read before the table was: not what the stream just brought
                kind = "ahead"
            elif one not in written:
                kind = "" if right[one] == LAST_REVISION else "missing"
            else:
                kind = "behind" if written[one] < right[one] else ""
            if kind:
                kinds[kind].append(one)
        return kinds


def _revisions(projected: Projected) -> dict[str, int]:
    return {one: made.revision for one, made in projected.documents.items()}
