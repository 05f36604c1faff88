"""A report on its way: what is known is read, each claim judged, and all of it written.

A transaction whose clocks moved is made again from fresh ones, five times at most.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from firstspawn.errors import Unavailable
from firstspawn.kit.clock import epoch
from firstspawn.kit.ids import NewId
from firstspawn.playtime.accounting import Circumstances, Claim, Clock, Reason, Room, Verdict
from firstspawn.playtime.batches import WRITES, Batch, Draft, plan
from firstspawn.playtime.errors import ClocksMoved
from firstspawn.playtime.evidence import HOUR, Known, are_alike, oddities, outages
from firstspawn.playtime.evidence_repository import EvidenceRepository, Gathered
from firstspawn.playtime.repository import ClockRepository
from firstspawn.playtime.schemas import Reporter
from firstspawn.playtime.suspicion import WATCHED, faded

ATTEMPTS = 5
_PLAYERS = WRITES - 1
_log = logging.getLogger("firstspawn.playtime")


class Run:
    """One report on its way: `odd` and `is_held` tell what was found once it is counted."""

    def __init__(
        self,
        clocks: ClockRepository,
        evidence: EvidenceRepository,
        new_id: NewId,
        plugin: Reporter,
        claims: Mapping[str, Sequence[Claim]],
        now: datetime,
    ) -> None:
        self._clocks, self._evidence, self._new_id = clocks, evidence, new_id
        self._plugin, self._claims, self._now = plugin, claims, now
        self._platform = str(plugin.gameType)
        self.report_id, self.odd, self.is_held = new_id(), list[Reason](), False

    def count(self) -> list[Verdict]:
        """Judge and write; returns a verdict for each claim. Raises ServerGone, Unavailable."""
        players = list(self._claims)
        gathered = self._evidence.gather(
            self._plugin.serverId, self._plugin.pluginId, self._platform, players, self._now
        )
        self._at = self._circumstances(gathered)
        self._capacity = gathered.known.capacity
        self._used = gathered.used
        self._clocks.restore(self._platform, gathered.clocks, self._plugin.serverId)
        verdicts: list[Verdict] = []
        for start in range(0, len(players), _PLAYERS):
            verdicts += self._settle(players[start : start + _PLAYERS], gathered.clocks)
        alike = [one.claim for one in verdicts if one.counted]
        if are_alike(alike):
            self.odd.append(Reason.IDENTICAL)
        return verdicts

    def _circumstances(self, gathered: Gathered) -> Circumstances:
        known, now = gathered.known, epoch(self._now)
        claims = [claim for some in self._claims.values() for claim in some]
        hold = self._hold(known, claims)
        earliest = max(min(claim.span.start for claim in claims), now - 24 * HOUR)
        offline = []
        if not known.is_unseen and (known.missed or earliest < (now // HOUR - 1) * HOUR):
            since = datetime.fromtimestamp(earliest, UTC)
            samples = self._evidence.samples(self._plugin.serverId, since, self._now)
            offline = outages(samples, now)
        return Circumstances(self._plugin.serverId, now, offline, gathered.rolls, hold)

    def _hold(self, known: Known, claims: Sequence[Claim]) -> Reason | None:
        self.odd = oddities(claims, known)
        if self.odd:
            return self.odd[0]
        score = faded(known.score, known.score_at, epoch(self._now))
        return Reason.SUSPECT if score >= WATCHED else None

    def _settle(self, players: Sequence[str], clocks: dict[str, Clock]) -> list[Verdict]:
        """Write some players' claims, in one transaction if they fit in it."""
        for attempt in range(ATTEMPTS):
            batch = self._plan(players, clocks)
            if batch.writes > WRITES and len(players) > 1:
                half = len(players) // 2
                return self._settle(players[:half], clocks) + self._settle(players[half:], clocks)
            if not batch.changes:
                return batch.verdicts
            try:
                self._clocks.commit(batch, self._now)
            except ClocksMoved:
                _log.info("clocks moved", extra={"attempt": attempt})
                clocks = self._fresh(players)
                continue
            self._note(batch)
            return batch.verdicts
        raise Unavailable(code="write_contention", retry_after=1)

    def _plan(self, players: Sequence[str], clocks: dict[str, Clock]) -> Batch:
        room = Room(self._capacity, self._used or {})
        plugin = self._plugin
        batch = Batch(self._platform, plugin.serverId, plugin.pluginId, room, self._used)
        plan(batch, self._claims, clocks, players, self._at)
        if batch.held:
            batch.anomaly = self._draft(batch.held)
        return batch

    def _fresh(self, players: Sequence[str]) -> dict[str, Clock]:
        clocks = self._clocks.read(self._platform, players, consistent=True)
        self._clocks.restore(self._platform, clocks, self._plugin.serverId)
        self._used = self._clocks.used(self._plugin.serverId, self._now)
        return clocks

    def _note(self, batch: Batch) -> None:
        """Keep in mind what the server's hours are after a transaction."""
        self.is_held |= bool(batch.held)
        if batch.counted:
            used = dict(self._used or {})
            for hour, seconds in batch.room.taken.items():
                used[hour] = used.get(hour, 0) + seconds
            self._used = used

    def _draft(self, held: Sequence[Verdict]) -> Draft:
        reasons = dict.fromkeys(reason.value for one in held for reason in one.reasons)
        kept = [(one.claim.player, one.claim.name, one.held_active, one.held_afk) for one in held]
        return Draft(self._new_id(), self._plugin.pluginId, self.report_id, list(reasons), kept)
