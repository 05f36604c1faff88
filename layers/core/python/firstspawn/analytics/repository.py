"""All reads and writes of analytics."""

from datetime import date, datetime

from pynamodb.exceptions import UpdateError

from firstspawn.analytics.models import CountSnapshot, ViewCount
from firstspawn.db import keys, pages, standing_keys, writes
from firstspawn.db.outages import is_outage
from firstspawn.errors import Unavailable
from firstspawn.servers.models import ServerStats

Snapshot = CountSnapshot


class AnalyticsRepository:
    """Counts by server and day."""

    def add_views(self, server_id: str, day: date, views: int) -> int:
        """Add to a day's views: one write. Returns what they come to.

        Raises Unavailable if the table does not answer.
        """
        count = ViewCount.at(standing_keys.views_of(server_id, day.isoformat()))
        try:
            count.update([ViewCount.type.set(ViewCount), ViewCount.views.add(views)])
        except UpdateError as error:
            if is_outage(error):
                raise Unavailable from error
            raise
        return int(count.views)

    def snapshot(self, server_id: str, day: date, now: datetime) -> None:
        """Keep what the server's counters come to now as the day's: a read, a write.

        One that was taken later stays.
        """
        stats = ServerStats.find(keys.server_stats(server_id), now, consistent=True)
        if stats is None:
            return
        snapshot = CountSnapshot.at(
            standing_keys.counts_of(server_id, day.isoformat()),
            statsVersion=stats.version, reviewCount=stats.reviewCount,
            ratingSum=stats.ratingSum, favoriteCount=stats.favoriteCount, updatedAt=now,
        )  # fmt: skip
        older = CountSnapshot.PK.does_not_exist() | (CountSnapshot.statsVersion < stats.version)
        try:
            writes.put(snapshot, older)
        except writes.ConditionFailed:
            return  # told twice, or a later one was faster

    def views(self, server_id: str, first: date, last: date) -> dict[date, int]:
        """The views of days: one query."""
        low, high = (standing_keys.views_of(server_id, one.isoformat()) for one in (first, last))
        found = ViewCount.query(low.pk, ViewCount.SK.between(low.sk, high.sk))
        return {_day_of(one): int(one.views) for one in found}

    def snapshots(self, server_id: str, first: date, last: date) -> dict[date, CountSnapshot]:
        """The counters of days on which they moved: one query."""
        low, high = (standing_keys.counts_of(server_id, one.isoformat()) for one in (first, last))
        found = CountSnapshot.query(low.pk, CountSnapshot.SK.between(low.sk, high.sk))
        return {_day_of(one): one for one in found}

    def snapshot_before(self, server_id: str, day: date) -> CountSnapshot | None:
        """The counters when they last moved before a day: one query."""
        key = standing_keys.counts_of(server_id, "")
        before = standing_keys.counts_of(server_id, day.isoformat())
        found = pages.read(CountSnapshot, key.pk, 1, list(before), prefix=key.sk, newest_first=True)
        return found[0] if found else None


def _day_of(item: ViewCount | CountSnapshot) -> date:
    return date.fromisoformat(item.SK.rpartition("#")[2])
