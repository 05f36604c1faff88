"""All reads and writes of players' clocks, and of what moves together with them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from firstspawn.db import keys, writes
from firstspawn.kit.clock import epoch
from firstspawn.playtime.accounting import LATEST, Clock, Played
from firstspawn.playtime.batches import Batch, Change, Draft
from firstspawn.playtime.errors import ClocksMoved
from firstspawn.playtime.models import Anomaly, PlayerClock, PlayerServer
from firstspawn.playtime.spans import Span
from firstspawn.servers.models import ServerStats

BATCH = 100
NOTED_KEPT = timedelta(days=90)
_HOURS_KEPT = LATEST // 3600 + 2


def clock_of(item: PlayerClock) -> Clock:
    """A clock as it is stored."""
    edges = item.spans
    return Clock(
        floor=int(item.floor),
        spans=[Span(edges[at], edges[at + 1]) for at in range(0, len(edges), 2)],
        servers={server: Played(*sums) for server, sums in item.servers.items()},
        day=int(item.day),
        day_active=int(item.dayActive),
        eve_active=int(item.eveActive),
        name=item.name,
        linked=bool(item.linked),
        spilled=int(item.spilled),
        version=int(item.version),
    )


def clock_item(platform: str, player: str, clock: Clock, server_id: str) -> PlayerClock:
    """A clock as it will be stored: one version on."""
    return PlayerClock.at(
        keys.player_clock(platform, player),
        platform=platform, player=player, name=clock.name, floor=clock.floor,
        spans=[edge for span in clock.spans for edge in span],
        servers={one: [kept.active, kept.afk, kept.last] for one, kept in clock.servers.items()},
        day=clock.day, dayActive=clock.day_active, eveActive=clock.eve_active,
        spilled=clock.spilled, linked=clock.linked or None, lastServerId=server_id,
        version=clock.version + 1,
    )  # fmt: skip


def unmoved(clock: Clock) -> Any:
    """Condition: the stored clock is the one that was read."""
    if not clock.version:
        return PlayerClock.PK.does_not_exist()
    return PlayerClock.version == clock.version


def used_of(stats: ServerStats | None) -> dict[int, int] | None:
    """Player-seconds counted of a server, by hour; None if none ever were.

    The minutes of its instances begin with the first that are counted, together with the hours.
    """
    if stats is None or stats.playHours is None or stats.pluginMinutes is None:
        return None
    return {int(hour): int(seconds) for hour, seconds in stats.playHours.as_dict().items()}


class ClockRepository:
    """Players' clocks."""

    def read(self, platform: str, players: Sequence[str], *, consistent: bool) -> dict[str, Clock]:
        """Many players' clocks, those of unknown ones empty: one call for each hundred."""
        found = {player: Clock() for player in players}
        for start in range(0, len(players), BATCH):
            wanted = [tuple(keys.player_clock(platform, one)) for one in players[start:][:BATCH]]
            for item in PlayerClock.batch_get(wanted, consistent_read=consistent):
                found[item.player] = clock_of(item)
        return found

    def restore(self, platform: str, clocks: Mapping[str, Clock], server_id: str) -> None:
        """Put a server back on the clocks that it was taken off: one call for each hundred.

        None if nobody among the players has played on more servers than a clock holds.
        """
        wanted = {
            tuple(keys.player_server(platform, player, server_id)): clock
            for player, clock in clocks.items()
            if clock.spilled and server_id not in clock.servers
        }
        for start in range(0, len(wanted), BATCH):
            batch = list(wanted)[start : start + BATCH]
            for item in PlayerServer.batch_get(batch, consistent_read=True):
                played = Played(int(item.active), int(item.afk), int(item.last))
                wanted[(item.PK, item.SK)].servers[server_id] = played

    def spilled(self, platform: str, player: str) -> dict[str, Played]:
        """What a player has on the servers that were taken off the clock: one query."""
        prefix = keys.player_server(platform, player, "")
        found = PlayerServer.query(
            prefix.pk, PlayerServer.SK.startswith(prefix.sk), consistent_read=True
        )
        return {one.serverId: Played(int(one.active), int(one.afk), int(one.last)) for one in found}

    def used(self, server_id: str, now: datetime) -> dict[int, int] | None:
        """Player-seconds counted of a server by hour: one consistent read."""
        return used_of(ServerStats.find(keys.server_stats(server_id), now, consistent=True))

    def mark_linked(self, platform: str, player: str) -> None:
        """Let changes of a player's clock wake who is interested: one write."""
        item = PlayerClock.at(keys.player_clock(platform, player))
        actions = [
            PlayerClock.type.set(PlayerClock), PlayerClock.platform.set(platform),
            PlayerClock.player.set(player), PlayerClock.linked.set(True),
            PlayerClock.version.add(1),
        ]  # fmt: skip
        already = PlayerClock.linked == True  # noqa: E712 -- a condition of the table
        try:
            writes.update(item, actions, ~already | PlayerClock.linked.does_not_exist())
        except writes.ConditionFailed:
            return

    def commit(self, batch: Batch, now: datetime) -> None:
        """Write clocks, the server's counters and what is held: one transaction.

        Raises ClocksMoved if a clock or the server's room is not what the batch was made from.
        """
        transaction = writes.Transaction()
        for change in batch.changes:
            _put(transaction, batch, change)
        if batch.anomaly:
            item = anomaly_item(batch.anomaly, batch.platform, batch.server_id, now)
            transaction.put(item, Anomaly.PK.does_not_exist())
        if batch.counted:
            _count(transaction, batch, now)
        transaction.commit()


def _put(transaction: writes.Transaction, batch: Batch, change: Change) -> None:
    item = clock_item(batch.platform, change.player, change.clock, batch.server_id)
    transaction.put(item, unmoved(change.clock), ClocksMoved())
    for server_id, played in change.spills.items():
        spilled = PlayerServer.at(
            keys.player_server(batch.platform, change.player, server_id),
            serverId=server_id, active=played.active, afk=played.afk, last=played.last,
        )  # fmt: skip
        transaction.put(spilled)


def anomaly_item(draft: Draft, platform: str, server_id: str, now: datetime) -> Anomaly:
    """An anomaly as it will be stored; those that hold something are listed for the moderators."""
    waits = bool(draft.held)
    return Anomaly.at(
        keys.anomaly(server_id, draft.id),
        id=draft.id, serverId=server_id, pluginId=draft.plugin_id, platform=platform,
        reportId=draft.report_id, state="HELD" if waits else "NOTED", reasons=draft.reasons,
        held=[list(one) for one in draft.held], suspicion=draft.suspicion, createdAt=now,
        GSI1PK=keys.anomalies_held() if waits else None, GSI1SK=draft.id if waits else None,
        expiresAt=None if waits else epoch(now + NOTED_KEPT),
    )  # fmt: skip


def _count(transaction: writes.Transaction, batch: Batch, now: datetime) -> None:
    """Add to the server's counters, if its hours still have the room."""
    taken = batch.room.taken
    hours: Any = ServerStats.playHours  # its values' paths are made as they are named
    actions: list[Any] = [
        ServerStats.type.set(ServerStats),
        ServerStats.serverId.set(batch.server_id),
        ServerStats.totalPlaytimeMinutes.add(batch.minutes),
        ServerStats.verifiedPlayers.add(batch.players),
        ServerStats.version.add(1),
    ]
    share, condition = share_of(batch.plugin_id, batch.minutes, first=batch.used is None)
    actions.append(share)
    if batch.used is None:
        actions.append(hours.set({str(hour): seconds for hour, seconds in taken.items()}))
    else:
        for hour, seconds in taken.items():
            path, limit = hours[str(hour)], batch.room.limit(hour)
            actions.append(path.set((path | 0) + seconds))
            if limit is not None:
                condition &= path.does_not_exist() | (path <= limit)
        actions += [
            hours[str(hour)].remove() for hour in _past(batch.used, now) if hour not in taken
        ]
    stats = ServerStats.at(keys.server_stats(batch.server_id))
    transaction.update(stats, actions, condition, ClocksMoved())


def share_of(plugin_id: str, minutes: int, *, first: bool) -> tuple[Any, Any]:
    """An action that adds an instance's minutes to a server's counters, and its condition.

    `first`: nothing was ever counted of the server (`used_of`).
    """
    hours: Any = ServerStats.playHours
    shares: Any = ServerStats.pluginMinutes
    if first:
        return shares.set({plugin_id: minutes}), hours.does_not_exist() | shares.does_not_exist()
    added = shares[plugin_id].set((shares[plugin_id] | 0) + minutes)
    return added, hours.exists() & shares.exists()


def _past(hours: Iterable[int], now: datetime) -> list[int]:
    oldest = epoch(now) // 3600 - _HOURS_KEPT
    return [hour for hour in hours if hour < oldest]
