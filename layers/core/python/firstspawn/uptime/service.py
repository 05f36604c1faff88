"""What people see of a server's uptime: its state now, and graphs of the past."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from firstspawn.clients.gameservers.markup import html
from firstspawn.kit.clock import Clock, epoch
from firstspawn.uptime.absence import AHEAD, INTERVAL
from firstspawn.uptime.maintenance import windows_of
from firstspawn.uptime.packing import unpack
from firstspawn.uptime.repository import RosterRepository, hour_start
from firstspawn.uptime.rollover import HOURS
from firstspawn.uptime.schemas import Range, StatusView, UptimeGraph, UptimePoint
from firstspawn.uptime.state import SOURCE_PLUGIN, Sums

_STORED = StatusView.model_fields.keys() - {
    "playerCount", "maxPlayers", "uptime", "motdHtml", "nextCheckAt", "maintenance",
}  # fmt: skip
_EPOCH = date(1970, 1, 1).toordinal()
_RECENT = 2 * HOURS  # a day is written to each server at some hour of the day after


class RosterPlace(Protocol):
    """Where a status says that its server is checked, and who knows whether it is online."""

    serverId: Any
    isOnline: Any
    source: Any
    rosterShard: Any
    rosterSlot: Any


class UptimeService:
    """Reads statuses and graphs."""

    def __init__(self, repository: RosterRepository, clock: Clock) -> None:
        self._rosters, self._clock = repository, clock

    def status(self, server_id: str) -> tuple[StatusView, int]:
        """A server's state and its version: one read, two if our checks do not see it.

        Raises StatusNotFound.
        """
        status = self._rosters.status(server_id, self._clock())
        players, most = status.players()
        view = StatusView(
            **{name: getattr(status, name, None) for name in _STORED},
            playerCount=players,
            maxPlayers=most,
            uptime=status.known_uptime(),
            motdHtml=html(status.motdCodes) if status.motdCodes else None,
            nextCheckAt=self._next_check(status),
            maintenance=[
                window.view()
                for window in windows_of(status.maintenance)
                if window.end * 60 > epoch(self._clock())
            ],
        )
        return view, int(status.version)

    def _next_check(self, status: RosterPlace) -> datetime:
        """The next of its roster's rounds; of one that is away, the one that it is due in."""
        now, shard, due = self._clock(), int(status.rosterShard), 0
        if not status.isOnline or status.source == SOURCE_PLUGIN:
            book = self._rosters.book(shard, now)
            slot = book.slots.get(int(status.rosterSlot)) if book else None
            due = slot.due if slot else 0
        earliest = max(epoch(now) // 60 + 1, due - AHEAD)
        return datetime.fromtimestamp((earliest + (shard - earliest) % INTERVAL) * 60, UTC)

    def graph(self, server_id: str, span: Range) -> UptimeGraph:
        """A server's checks one by one, by hour or by day: 2 calls, 3, or 4 beyond a day.

        Raises StatusNotFound.
        """
        now = self._clock()
        status = self._rosters.status(server_id, now)
        if span is Range.HOURS:
            return self._recent(status, span, now)
        last = epoch(now) // 3600
        first = last - span.hours + 1
        if span.resolution == "day":
            first -= first % HOURS  # whole days
        sums = self._hours(int(status.rosterShard), int(status.rosterSlot), first, last)
        if span is not Range.DAY:
            sums = self._days(server_id, first, last) | sums
        size = HOURS if span.resolution == "day" else 1
        points = _points(sums, size)
        return UptimeGraph(
            serverId=server_id,
            range=span,
            resolution=span.resolution,
            uptime=_percent(sums.values()),
            points=points,
        )

    def _recent(self, status: RosterPlace, span: Range, now: datetime) -> UptimeGraph:
        """Each check of the last hours, out of the raw results of the server's roster."""
        since = now - timedelta(hours=span.hours)
        slot, checks = int(status.rosterSlot), dict[datetime, Sums]()
        for at, packed in self._rosters.samples(int(status.rosterShard), since).items():
            if row := unpack(packed)[0].get(slot):
                answered, players, latency, *untold = row
                checks[at] = Sums(1, answered, players, players, latency, *untold)
        return UptimeGraph(
            serverId=status.serverId,
            range=span,
            resolution=span.resolution,
            uptime=_percent(checks.values()),
            points=[_point(at, sums) for at, sums in sorted(checks.items())],
        )

    def daily(self, server_id: str, first: date, last: date) -> list[UptimePoint]:
        """A server's checks of these days (UTC, both included): 4 calls, none for the future.

        Raises StatusNotFound.
        """
        status = self._rosters.status(server_id, self._clock())
        low, high = (day.toordinal() - _EPOCH for day in (first, last))
        end = min((high + 1) * HOURS - 1, epoch(self._clock()) // 3600)
        begin = low * HOURS
        if begin > end:
            return []
        sums = self._hours(int(status.rosterShard), int(status.rosterSlot), begin, end)
        return _points(self._days(server_id, begin, end) | sums, HOURS)

    def _hours(self, shard: int, slot: int, first: int, last: int) -> dict[int, Sums]:
        """The newest hours, out of the whole roster's, and the running one out of its state."""
        recent = max(first, last - _RECENT)
        packed = self._rosters.hours(shard, recent, last, consistent=False)
        found = {hour: unpack(data)[0].get(slot) for hour, data in packed.items()}
        sums = {hour: Sums(*row) for hour, row in found.items() if row}
        book = self._rosters.book(shard, self._clock())
        running = book.slots.get(slot) if book else None
        if book and running and running.hour.checks and first <= book.hour <= last:
            sums[book.hour] = running.hour
        return sums

    def _days(self, server_id: str, first: int, last: int) -> dict[int, Sums]:
        packed = self._rosters.days(server_id, first // HOURS, last // HOURS)
        return {
            day * HOURS + hour: Sums(*row)
            for day, data in packed.items()
            for hour, row in unpack(data)[0].items()
            if day * HOURS + hour >= first
        }


def _points(sums: dict[int, Sums], size: int) -> list[UptimePoint]:
    buckets: dict[int, Sums] = {}
    for hour in sorted(sums):
        buckets.setdefault(hour - hour % size, Sums()).merge(sums[hour])
    return [_point(hour_start(hour), bucket) for hour, bucket in buckets.items()]


def _point(at: datetime, sums: Sums) -> UptimePoint:
    answered, told = sums.answered, sums.told
    return UptimePoint(
        at=at,
        checks=sums.checks,
        uptime=round(100 * answered / sums.checks, 2),
        players=round(sums.players / told, 1) if told else None,
        peakPlayers=sums.peak if told else None,
        latency=round(sums.latency / answered) if answered else None,
    )


def _percent(all_sums: Iterable[Sums]) -> float | None:
    total = Sums()
    for sums in all_sums:
        total.merge(sums)
    return round(100 * total.answered / total.checks, 2) if total.checks else None
