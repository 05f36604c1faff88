"""All reads of anomalies, and what a moderator's decision writes."""

from collections.abc import Sequence
from datetime import datetime

from firstspawn.audit.repository import record
from firstspawn.audit.schemas import Act
from firstspawn.db import keys, pages, writes
from firstspawn.kit.clock import epoch
from firstspawn.kit.ids import is_ulid
from firstspawn.moderation.errors import Outranked
from firstspawn.playtime.accounting import Played, add
from firstspawn.playtime.errors import AlreadyDecided, AnomalyNotFound, ClocksMoved
from firstspawn.playtime.models import Anomaly
from firstspawn.playtime.repository import ClockRepository, clock_item, share_of, unmoved
from firstspawn.servers.models import Server, ServerStats
from firstspawn.servers.stats_repository import add_counts

_INDEX = "GSI1"


class AnomalyRepository:
    """Anomalies."""

    def __init__(self, clocks: ClockRepository) -> None:
        self._clocks = clocks

    def of(
        self, server_id: str, limit: int, after: Sequence[str] | None
    ) -> list[tuple[list[str], Anomaly]]:
        """A server's, newest first, with the position of each: one query."""
        prefix = keys.anomaly(server_id, "")
        found = pages.read(Anomaly, prefix.pk, limit, after, prefix=prefix.sk, newest_first=True)
        return [(pages.position(one), one) for one in found]

    def held(self, limit: int, after: Sequence[str] | None) -> list[tuple[list[str], Anomaly]]:
        """Those that wait for a moderator, oldest first: one query."""
        found = pages.read(Anomaly, keys.anomalies_held(), limit, after, index=_INDEX)
        return [(pages.position(one, _INDEX), one) for one in found]

    def find(self, server_id: str, anomaly_id: str, now: datetime) -> Anomaly:
        """One, consistently: one read. Raises AnomalyNotFound."""
        if not (is_ulid(server_id) and is_ulid(anomaly_id)):
            raise AnomalyNotFound
        found = Anomaly.find(keys.anomaly(server_id, anomaly_id), now, consistent=True)
        if found is None:
            raise AnomalyNotFound
        return found

    def decide(self, anomaly: Anomaly, state: str, act: Act, entry_id: str, now: datetime) -> None:
        """End an anomaly's waiting; if it is released, count what it held: one transaction,
        which notes it in the audit log.

        The players' time was given away when it was held, so nothing but totals grow. Raises
        AlreadyDecided, Outranked on one's own server, or ClocksMoved if a player's clock is not
        what was read.
        """
        transaction = writes.Transaction()
        actions = [
            Anomaly.state.set(state), Anomaly.decidedAt.set(now),
            Anomaly.decidedBy.set(act.actor.userId), Anomaly.note.set(act.reason or ""),
            Anomaly.GSI1PK.remove(), Anomaly.GSI1SK.remove(),
            Anomaly.version.add(1),
        ]  # fmt: skip
        waiting = Anomaly.PK.exists() & (Anomaly.state == "HELD")
        transaction.update(anomaly, actions, waiting, AlreadyDecided())
        foreign = Server.ownerId.does_not_exist() | (Server.ownerId != act.actor.userId)
        server = Server.at(keys.server_detail(anomaly.serverId))
        transaction.check(server, foreign, Outranked())
        record(transaction, act, entry_id, now)
        if state == "RELEASED":
            self._release(transaction, anomaly, now)
        transaction.commit()

    def _release(self, transaction: writes.Transaction, anomaly: Anomaly, now: datetime) -> None:
        """Three calls, one more if a clock was ever full."""
        platform, server_id = anomaly.platform, anomaly.serverId
        players = list(dict.fromkeys(player for player, *_ in anomaly.held))
        clocks = self._clocks.read(platform, players, consistent=True)
        self._clocks.restore(platform, clocks, server_id)
        before = {one: clocks[one].servers.get(server_id, Played()).minutes for one in players}
        for player, _, active, afk in anomaly.held:
            add(clocks[player], server_id, active, afk, epoch(now))
        for player in players:
            item = clock_item(platform, player, clocks[player], server_id)
            transaction.put(item, unmoved(clocks[player]), ClocksMoved())
        after = {one: clocks[one].servers[server_id].minutes for one in players}
        minutes = sum(after.values()) - sum(before.values())
        counts = {
            "totalPlaytimeMinutes": minutes,
            "verifiedPlayers": sum(before[one] == 0 < after[one] for one in players),
        }
        first = self._clocks.used(server_id, now) is None
        share, condition = share_of(anomaly.pluginId, minutes, first=first)
        also = [share, *([ServerStats.playHours.set({})] if first else [])]
        add_counts(transaction, server_id, counts, also, condition, ClocksMoved())
