"""Gives rosters a past without living through it: the same rules, only the last state written."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from firstspawn.clients.gameservers import PingResult
from firstspawn.kit.clock import Clock, epoch
from firstspawn.uptime.absence import INTERVAL
from firstspawn.uptime.errors import RosterBusy, RoundOvertaken
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.rollover import HOURS, MINUTES, close_hour, day_rows
from firstspawn.uptime.rounds import LEASE, new_book, settle, shown_values
from firstspawn.uptime.rules import Change, record
from firstspawn.uptime.schemas import Lease, Member
from firstspawn.uptime.state import RosterBook

_ATTEMPTS = 60

Answer = Callable[[str, datetime], PingResult]
Pause = Callable[[float], None]


class ReplayService:
    """Invents history: for demonstrations, and for measuring."""

    def __init__(
        self, repository: RosterRepository, clock: Clock, pause: Pause = time.sleep
    ) -> None:
        self._rosters, self._clock, self._pause = repository, clock, pause

    def import_history(self, since: datetime, answer: Answer) -> int:
        """Check every member every five minutes from `since` until now, by what `answer` tells.

        `answer(server id, moment)` stands for the ping. Per roster: its lease, one query, an item
        per hour, the state, and the status of each server; days that are over per server. Replaces
        what the rosters remembered. Waits up to a minute for a round that is under way, then
        raises RosterBusy. Returns how many servers now have a past.
        """
        shards = self._rosters.shards(self._clock())
        return sum(self._leased(shard, since, answer) for shard in range(shards))

    def _leased(self, shard: int, since: datetime, answer: Answer) -> int:
        lease = self._lease(shard)
        count = self._roster(shard, since, self._clock(), answer)
        self._rosters.release(lease)
        return count

    def _lease(self, shard: int) -> Lease:
        for _ in range(_ATTEMPTS):
            now = self._clock()
            if lease := self._rosters.take(shard, now, now + LEASE, None):
                return lease
            self._pause(1)
        raise RosterBusy(shard)

    def _roster(self, shard: int, since: datetime, now: datetime, answer: Answer) -> int:
        roster = self._rosters.read(shard)
        book = new_book(epoch(since) // MINUTES)
        hours: dict[int, bytes] = {}
        changes: dict[str, Change] = {}
        for minute in range(epoch(since) // MINUTES, epoch(now) // MINUTES + 1, INTERVAL):
            hours |= [ended] if (ended := close_hour(book, minute)) else []
            moment = datetime.fromtimestamp(minute * MINUTES, UTC)
            _check(book, roster.members, minute, moment, answer, changes)
        settle(book, roster.members)
        self._rosters.save_hours(shard, hours)
        self._save_days(book, roster.members, hours, epoch(now) // 3600 // HOURS)
        self._rosters.publish({one: shown_values(changes[one], now) for one in changes}, now)
        if not self._rosters.save(shard, book.packed(), roster.version):
            raise RoundOvertaken(shard)
        return len(roster.members)

    def _save_days(
        self, book: RosterBook, members: Sequence[Member], hours: Mapping[int, bytes], today: int
    ) -> None:
        for day in range(book.rolled + 1, today):
            of_day = {hour: packed for hour, packed in hours.items() if hour // HOURS == day}
            rows = day_rows(of_day, day)
            days = {one.serverId: rows[one.slot] for one in members if one.slot in rows}
            self._rosters.save_days(day, days)
            book.rolled = day


def _check(
    book: RosterBook,
    members: Sequence[Member],
    minute: int,
    moment: datetime,
    answer: Answer,
    changes: dict[str, Change],
) -> None:
    for member in members:
        if not member.targets:
            continue
        change = record(book, member.slot, answer(member.serverId, moment), minute)
        if change:
            merged = changes[member.serverId].values if member.serverId in changes else {}
            changes[member.serverId] = Change(change.slot, merged | change.values, change.seen)
