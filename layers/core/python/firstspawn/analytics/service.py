"""What owners see of their servers over time, and how it follows from changes."""

from collections.abc import Mapping
from datetime import date, timedelta

from firstspawn.analytics.repository import AnalyticsRepository, Snapshot
from firstspawn.analytics.schemas import AnalyticsPoint, AnalyticsQuery, ServerAnalytics
from firstspawn.errors import Invalid
from firstspawn.kit.clock import Clock
from firstspawn.reactions.schemas import Happening
from firstspawn.servers.service import ServerService
from firstspawn.uptime.schemas import UptimePoint
from firstspawn.uptime.service import UptimeService
from firstspawn.users.schemas import Caller

DAYS, LONGEST = 30, 92


class AnalyticsService:
    """Shows counts to owners and the staff."""

    def __init__(
        self,
        repository: AnalyticsRepository,
        servers: ServerService,
        uptime: UptimeService,
        clock: Clock,
    ) -> None:
        self._counts, self._servers, self._uptime = repository, servers, uptime
        self._clock = clock

    def of(self, caller: Caller, id_or_slug: str, query: AnalyticsQuery) -> ServerAnalytics:
        """A server's days: 8 calls. Raises ServerNotFound, NotTheOwner, Invalid."""
        server = self._servers.editable(caller, id_or_slug)
        first, last = self._range(query)
        views = self._counts.views(server.id, first, last)
        moved = self._counts.snapshots(server.id, first, last)
        before = self._counts.snapshot_before(server.id, first)
        checks = {point.at.date(): point for point in self._uptime.daily(server.id, first, last)}
        points = _points(first, last, views, moved, before, checks)
        return ServerAnalytics(
            serverId=server.id,
            granularity=query.granularity,
            views=sum(point.views for point in points),
            reviews=sum(point.reviews for point in points),
            favorites=sum(point.favorites for point in points),
            points=points,
        )

    def follow(self, happening: Happening) -> None:
        """`server.counted {serverId}`: keep what its counters come to as today's: read, write.

        Told twice or late, the counters are what they are: nothing is added.
        """
        now = self._clock()
        self._counts.snapshot(happening.data["serverId"], now.date(), now)

    def _range(self, query: AnalyticsQuery) -> tuple[date, date]:
        last = query.last or self._clock().date()
        first = query.first or last - timedelta(days=DAYS - 1)
        if not 0 <= (last - first).days < LONGEST:
            raise Invalid.field("from", f"1 to {LONGEST} days, in order")
        return first, last


def _points(
    first: date,
    last: date,
    views: Mapping[date, int],
    moved: Mapping[date, Snapshot],
    before: Snapshot | None,
    checks: Mapping[date, UptimePoint],
) -> list[AnalyticsPoint]:
    points, former = [], before
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        latest = moved.get(day, former)
        reviews, favorites, average = _totals(latest)
        earlier = _totals(former)
        check = checks.get(day)
        points.append(
            AnalyticsPoint(
                day=day,
                views=views.get(day, 0),
                reviews=reviews - earlier[0],
                reviewCount=reviews,
                averageRating=average,
                favorites=favorites - earlier[1],
                favoriteCount=favorites,
                players=check.players if check else None,
                peakPlayers=check.peakPlayers if check else None,
                uptime=check.uptime if check else None,
            )
        )
        former = latest
    return points


def _totals(snapshot: Snapshot | None) -> tuple[int, int, float | None]:
    if snapshot is None:
        return 0, 0, None
    reviews = int(snapshot.reviewCount)
    average = round(int(snapshot.ratingSum) / reviews, 2) if reviews else None
    return reviews, int(snapshot.favoriteCount), average
