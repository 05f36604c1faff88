"""Verdicts in the table, while the bucket was down."""

from datetime import datetime, timedelta

from firstspawn.db import keys, writes
from firstspawn.kit.clock import epoch
from firstspawn.playtime.models import KeptVerdicts

_KEPT = timedelta(days=30)


class KeptRepository:
    """Packed verdicts by server, date and report."""

    def put(self, server_id: str, date: str, report_id: str, data: bytes, now: datetime) -> None:
        """Store a report's: one write."""
        key = keys.kept_verdicts(server_id, date, report_id)
        writes.put(KeptVerdicts.at(key, packed=data, createdAt=now, expiresAt=epoch(now + _KEPT)))

    def find(
        self, server_id: str, date: str, after: str, limit: int, now: datetime
    ) -> dict[str, bytes]:
        """A day's, behind a report: one query."""
        low, end = (keys.kept_verdicts(server_id, date, one) for one in (after, "~"))
        found = KeptVerdicts.query(low.pk, KeptVerdicts.SK.between(low.sk, end.sk), limit=limit + 1)
        named = {item.SK.rpartition("#")[2]: item for item in found if item.is_alive(now)}
        return {name: item.packed for name, item in named.items() if name > after}
