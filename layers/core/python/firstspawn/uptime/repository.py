"""All reads and writes of rosters and of what their rounds leave behind."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from firstspawn.db import keys, writes
from firstspawn.db.item import Item
from firstspawn.kit.clock import epoch, parse_rfc3339, rfc3339
from firstspawn.kit.ids import is_ulid
from firstspawn.uptime.errors import StatusNotFound
from firstspawn.uptime.maintenance import windows_of
from firstspawn.uptime.models import (
    SHARD_SIZE,
    Place,
    RosterCounter,
    RosterHours,
    RosterLease,
    RosterMember,
    RosterSamples,
    RosterState,
    ServerStatus,
    UptimeDay,
)
from firstspawn.uptime.schemas import Lease, Member, Roster
from firstspawn.uptime.state import SOURCE_PLUGIN, RosterBook

_SAMPLES_KEPT = timedelta(hours=48)
_HOURS_KEPT = timedelta(days=90)
_WRITERS = 8


def hour_start(hour: int) -> datetime:
    """The moment an hour since 1970 begins."""
    return datetime.fromtimestamp(hour * 3600, UTC)


def _hour_name(hour: int) -> str:
    return hour_start(hour).strftime("%Y-%m-%dT%H")


def _day_name(day: int) -> str:
    return _hour_name(day * 24)[:10]


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


class RosterRepository:
    """Places, leases, packed states, statuses."""

    def draw(self, now: datetime) -> Place:
        """Take the next place of all rosters: one write. It is never given again."""
        counter = RosterCounter.at(keys.roster_counter())
        actions = [
            RosterCounter.n.add(1),
            RosterCounter.type.set(RosterCounter),
            RosterCounter.updatedAt.set(now),
        ]
        writes.update(counter, actions, None)
        return Place(*divmod(int(counter.n) - 1, SHARD_SIZE))

    def shards(self, now: datetime) -> int:
        """How many rosters there are: one read."""
        counter = RosterCounter.find(keys.roster_counter(), now)
        return -(-int(counter.n) // SHARD_SIZE) if counter else 0

    def take(self, shard: int, now: datetime, until: datetime, minute: int | None) -> Lease | None:
        """Lease a roster for a round: one write. None if it is held.

        A scheduled round names its `minute`, and gets None too if that round, or a later one, has
        ended; a round that broke off may be taken again.
        """
        lease = RosterLease.at(keys.roster_lease(shard))
        actions = [
            RosterLease.type.set(RosterLease),
            RosterLease.until.set(_milliseconds(until)),
            RosterLease.taken.add(1),
            RosterLease.done.set(RosterLease.done | 0),
        ]
        free: Any = RosterLease.until < _milliseconds(now)
        if minute is not None:
            actions.append(RosterLease.minute.set(minute))
            broke_off = (RosterLease.minute == minute) & (RosterLease.done < RosterLease.taken)
            free &= RosterLease.minute.does_not_exist() | (RosterLease.minute < minute) | broke_off
        try:
            writes.update(lease, actions, RosterLease.PK.does_not_exist() | free)
        except writes.ConditionFailed:
            return None
        number = int(lease.taken)
        return Lease(shard, number, is_dirty=int(lease.done) != number - 1)

    def release(self, lease: Lease) -> None:
        """End a round: one write. Does nothing if the lease ran out and somebody else took it."""
        item = RosterLease.at(keys.roster_lease(lease.shard))
        actions = [RosterLease.done.set(lease.number), RosterLease.until.set(0)]
        try:
            writes.update(item, actions, RosterLease.taken == lease.number)
        except writes.ConditionFailed:
            return

    def read(self, shard: int) -> Roster:
        """A roster's members and state: one consistent query."""
        state = keys.roster_state(shard)
        found = Item.query(
            state.pk, Item.SK.between(keys.ROSTER_MEMBER, state.sk), consistent_read=True
        )
        members, book, version = [], None, 0
        for item in found:
            if isinstance(item, RosterMember):
                members.append(_member(item))
            elif isinstance(item, RosterState):
                book, version = RosterBook.unpacked(item.packed), int(item.version)
        return Roster(members, book, version)

    def book(self, shard: int, now: datetime) -> RosterBook | None:
        """A roster's state alone, as a moment ago: one read."""
        state = RosterState.find(keys.roster_state(shard), now)
        return RosterBook.unpacked(state.packed) if state else None

    def save(self, shard: int, packed: bytes, version: int) -> bool:
        """Store a state read at `version` (0: none): one write. False if it has moved on."""
        state = RosterState.at(keys.roster_state(shard), packed=packed, version=version + 1)
        unchanged = RosterState.version == version if version else RosterState.PK.does_not_exist()
        try:
            writes.put(state, unchanged)
        except writes.ConditionFailed:
            return False
        return True

    def save_samples(self, shard: int, packed: bytes, now: datetime) -> None:
        """Store a round's raw results: one write."""
        key = keys.roster_samples(shard, rfc3339(now))
        writes.put(RosterSamples.at(key, packed=packed, expiresAt=epoch(now + _SAMPLES_KEPT)))

    def samples(self, shard: int, since: datetime) -> dict[datetime, bytes]:
        """The packed raw results of a roster's rounds since a moment: one query a megabyte."""
        low, high = keys.roster_samples(shard, rfc3339(since)), keys.roster_samples(shard, "~")
        found = RosterSamples.query(low.pk, RosterSamples.SK.between(low.sk, high.sk))
        return {parse_rfc3339(item.SK.rpartition("#")[2]): item.packed for item in found}

    def save_hours(self, shard: int, hours: Mapping[int, bytes]) -> None:
        """Store packed hours (by hour since 1970): one write each, 25 a call."""
        with RosterHours.batch_write() as batch:
            for hour, packed in hours.items():
                key = keys.roster_hours(shard, _hour_name(hour))
                expires = epoch(hour_start(hour) + _HOURS_KEPT)
                batch.save(RosterHours.at(key, packed=packed, expiresAt=expires))

    def hours(self, shard: int, first: int, last: int, *, consistent: bool) -> dict[int, bytes]:
        """The packed hours of a roster from `first` to `last` (since 1970): one query."""
        low, high = (keys.roster_hours(shard, _hour_name(hour)) for hour in (first, last))
        found = RosterHours.query(
            low.pk, RosterHours.SK.between(low.sk, high.sk), consistent_read=consistent
        )
        return {_hour_of(item.SK): item.packed for item in found}

    def save_days(self, day: int, packed: Mapping[str, bytes]) -> None:
        """Store a day's hours of each server (by id): one write each, 25 a call."""
        with UptimeDay.batch_write() as batch:
            for server_id, data in packed.items():
                batch.save(UptimeDay.at(keys.uptime_day(server_id, _day_name(day)), packed=data))

    def days(self, server_id: str, first: int, last: int) -> dict[int, bytes]:
        """A server's packed days from `first` to `last` (since 1970): one query."""
        low, high = (keys.uptime_day(server_id, _day_name(day)) for day in (first, last))
        found = UptimeDay.query(low.pk, UptimeDay.SK.between(low.sk, high.sk))
        return {_hour_of(item.SK) // 24: item.packed for item in found}

    def status(self, server_id: str, now: datetime) -> ServerStatus:
        """What people see: one read, none for what is no id. Raises StatusNotFound."""
        if not is_ulid(server_id):
            raise StatusNotFound
        status = ServerStatus.find(keys.server_status(server_id), now)
        if status is None:
            raise StatusNotFound
        return status

    def publish(self, changes: Mapping[str, dict[str, Any]], now: datetime) -> set[str]:
        """Show new values (by server id) as found by a check at `now`: one write each, 8 at once.

        Returns which were shown: not those that were deleted, checked later by another, or are
        offline for us while their plugin, which alone knows of them, is alive.
        """
        if not changes:
            return set()
        with ThreadPoolExecutor(min(_WRITERS, len(changes))) as pool:
            shown = pool.map(lambda one: self._show(one, changes[one], now), changes)
            return {one for one, was_shown in zip(changes, shown, strict=True) if was_shown}

    @staticmethod
    def _show(server_id: str, values: Mapping[str, Any], now: datetime) -> bool:
        actions = [
            getattr(ServerStatus, name).remove()
            if value is None
            else getattr(ServerStatus, name).set(value)
            for name, value in values.items()
        ]
        actions += [ServerStatus.checkedAt.set(now), ServerStatus.version.add(1)]
        earlier = ServerStatus.checkedAt.does_not_exist() | (ServerStatus.checkedAt < now)
        condition: Any = ServerStatus.PK.exists() & earlier
        if values.get("isOnline") is False:
            condition &= _no_plugin_since(values.get("unreachableSince") or now)
        status = ServerStatus.at(keys.server_status(server_id))
        try:
            writes.update(status, actions, condition)
        except writes.ConditionFailed:
            return False
        return True


def _no_plugin_since(moment: datetime) -> Any:
    """Nobody but our checks speaks of it, or the plugin that does has been silent since then."""
    other = ServerStatus.source.does_not_exist() | (ServerStatus.source != SOURCE_PLUGIN)
    silent = (ServerStatus.isOnline == False) & (ServerStatus.lastOnlineAt <= moment)  # noqa: E712
    return other | silent


def _member(item: RosterMember) -> Member:
    return Member(
        serverId=item.serverId,
        slot=int(item.slot),
        edition=item.edition,
        ipAddress=item.ipAddress,
        port=None if item.port is None else int(item.port),
        bedrockAddress=item.bedrockAddress,
        bedrockPort=None if item.bedrockPort is None else int(item.bedrockPort),
        maintenance=tuple(windows_of(item.maintenance)),
        queryPort=None if item.queryPort is None else int(item.queryPort),
        launchDate=item.launchDate,
    )


def _hour_of(sort_key: str) -> int:
    """The hour since 1970 named by a sort key's end: `HOURS#2026-11-23T05`, `UPTIME#2026-11-23`."""
    named = datetime.fromisoformat(sort_key.rpartition("#")[2])
    return epoch(named.replace(tzinfo=UTC)) // 3600
