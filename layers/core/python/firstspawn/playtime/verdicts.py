"""The verdict of each interval of each report: kept as compressed lines, shown to the owner.

They are written after the playtime itself: a bucket that is down must not cost players their
minutes, and verdicts that were written first could tell of playtime that never came to be. What
the bucket does not take is kept in the table.
"""

import gzip
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Protocol

from firstspawn.kit.clock import epoch, rfc3339
from firstspawn.kit.cursors import Cursors
from firstspawn.playtime.accounting import Verdict
from firstspawn.playtime.kept_repository import KeptRepository
from firstspawn.playtime.schemas import ReportVerdicts, VerdictList, VerdictQuery, VerdictView

_TYPE = "application/gzip"
_MOST_BYTES = 1_000_000
_READERS = 5
_EARLIEST = epoch(datetime(1, 1, 1, tzinfo=UTC))
_LATEST = epoch(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))


class Shelf(Protocol):
    """Where the lines are kept (`clients.objects.Bucket`)."""

    def keep(self, key: str, data: bytes, content_type: str) -> bool:
        """Store; False if that failed."""

    def names(self, prefix: str, after: str, limit: int) -> list[str]:
        """List."""

    def read(self, key: str, max_bytes: int) -> bytes | None:
        """Read; None if it is gone."""


class VerdictStore:
    """Keeps verdicts, and finds them again. Only finding asks for the stack's keys."""

    def __init__(self, shelf: Shelf, kept: KeptRepository, cursors: Callable[[], Cursors]) -> None:
        self._shelf, self._kept, self._cursors = shelf, kept, cursors

    def keep(
        self, server_id: str, plugin_id: str, report_id: str, verdicts: Sequence[Verdict],
        now: datetime,
    ) -> None:  # fmt: skip
        """Store a report's verdicts: one call to the bucket; a write if it is down."""
        head = {"reportId": report_id, "pluginId": plugin_id, "receivedAt": rfc3339(now)}
        lines = [json.dumps(line) for line in (head, *map(_line, verdicts))]
        data = gzip.compress("\n".join(lines).encode(), 6, mtime=0)
        date = now.strftime("%Y-%m-%d")
        if not self._shelf.keep(f"{_folder(server_id, date)}{report_id}.jsonl.gz", data, _TYPE):
            self._kept.put(server_id, date, report_id, data, now)

    def list(self, server_id: str, page: VerdictQuery, now: datetime) -> VerdictList:
        """A day's reports: a list and a read each of the bucket, a query. Raises BadCursor."""
        date = page.date.isoformat()
        query = {"list": "verdicts", "server": server_id, "date": date}
        cursors = self._cursors()
        after = cursors.read(query, page.cursor) or ""
        folder, most = _folder(server_id, date), page.limit + 1
        names = self._shelf.names(folder, f"{folder}{after}~" if after else "", most)
        stored = {name.removeprefix(folder).partition(".")[0]: name for name in names}
        kept = self._kept.find(server_id, date, after, most, now)
        found = sorted(stored.keys() | kept.keys())
        shown, cursor = cursors.cut(query, found, page.limit, lambda one: one)
        with ThreadPoolExecutor(_READERS) as pool:
            read = pool.map(lambda one: kept.get(one) or self._read(stored[one]), shown)
            items = [_report(data) for data in read if data]
        return VerdictList(items=items, nextCursor=cursor)

    def _read(self, name: str) -> bytes | None:
        return self._shelf.read(name, _MOST_BYTES)


def _folder(server_id: str, date: str) -> str:
    return f"verdicts/{server_id}/{date}/"


def _line(verdict: Verdict) -> dict[str, object]:
    claim = verdict.claim
    return {
        "uuid": claim.player,
        "name": claim.name,
        "from": claim.span.start,
        "to": claim.span.end,
        "afk": claim.afk,
        "counted": [verdict.active, verdict.afk],
        "held": verdict.held,
        "reasons": [reason.value for reason in verdict.reasons],
    }


def _report(data: bytes) -> ReportVerdicts:
    head, *lines = map(json.loads, gzip.decompress(data).decode().split("\n"))
    return ReportVerdicts(**head, verdicts=[_view(line) for line in lines])


def _view(line: dict[str, Any]) -> VerdictView:
    active, afk = line["counted"]
    return VerdictView.model_validate(
        {
            "uuid": line["uuid"],
            "name": line["name"],
            "start": _moment(line["from"]),
            "end": _moment(line["to"]),
            "afkSeconds": line["afk"],
            "activeCounted": active,
            "afkCounted": afk,
            "held": line["held"],
            "reasons": line["reasons"],
        }
    )


def _moment(seconds: int) -> datetime:
    """A stored moment, or the nearest there is in UTC: reports had any year once."""
    return datetime.fromtimestamp(min(max(seconds, _EARLIEST), _LATEST), UTC)
