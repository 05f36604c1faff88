"""A table of clocks in memory: stale reads when it is told to, conditions like DynamoDB's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from firstspawn.playtime.accounting import Clock, Played
from firstspawn.playtime.batches import Batch
from firstspawn.playtime.errors import ClocksMoved
from firstspawn.playtime.evidence import Known, Sample
from firstspawn.playtime.evidence_repository import Gathered


@dataclass
class ClockTable:
    """Stands for `ClockRepository` and `EvidenceRepository`.

    The first read of a report sees the table as it was `behind` commits ago.
    """

    known: Known = field(default_factory=Known)
    behind: int = 0
    clocks: dict[str, Clock] = field(default_factory=dict)
    spills: dict[tuple[str, str], Played] = field(default_factory=dict)
    used_hours: dict[int, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    samples_seen: list[Sample] = field(default_factory=list)
    history: list[dict[str, Clock]] = field(default_factory=list)

    def gather(
        self, server_id: str, plugin_id: str, platform: str, players: Sequence[str], now: datetime
    ) -> Gathered:
        """Read, perhaps too early."""
        past = self.history[-self.behind] if 0 < self.behind <= len(self.history) else self.clocks
        clocks = {one: past.get(one, Clock()).copy() for one in players}
        return Gathered(clocks, self.known, dict(self.used_hours))

    def samples(self, server_id: str, since: datetime, now: datetime) -> list[Sample]:
        """Checks of ours."""
        return self.samples_seen

    def read(self, platform: str, players: Sequence[str], *, consistent: bool) -> dict[str, Clock]:
        """Read as it is."""
        return {one: self.clocks.get(one, Clock()).copy() for one in players}

    def restore(self, platform: str, clocks: Mapping[str, Clock], server_id: str) -> None:
        """Bring a server back."""
        for player, clock in clocks.items():
            kept = self.spills.get((player, server_id))
            if kept and server_id not in clock.servers:
                clock.servers[server_id] = Played(kept.active, kept.afk, kept.last)

    def used(self, server_id: str, now: datetime) -> dict[int, int]:
        """Hours, as they are."""
        return dict(self.used_hours)

    def commit(self, batch: Batch, now: datetime) -> None:
        """Write all or nothing."""
        for change in batch.changes:
            if self.clocks.get(change.player, Clock()).version != change.clock.version:
                raise ClocksMoved
        self.history.append({player: clock.copy() for player, clock in self.clocks.items()})
        for change in batch.changes:
            self.clocks[change.player] = change.clock.copy()
            self.clocks[change.player].version += 1
            for server_id, played in change.spills.items():
                self.spills[change.player, server_id] = played
        for player, _, active, afk in batch.anomaly.held if batch.anomaly else ():
            self.held[player] = self.held.get(player, 0) + active + afk

    def played(self, player: str, server_id: str) -> Played:
        """What a player has on a server."""
        clock = self.clocks.get(player, Clock())
        spilled = self.spills.get((player, server_id), Played())
        return clock.servers.get(server_id, spilled)
