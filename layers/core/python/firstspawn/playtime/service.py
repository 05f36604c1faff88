"""Takes servers' reports of who played, and gives what is left of each player's time.

The order of a sync (docs/playtime.md): read clocks and evidence, judge, write in transactions of
up to 99 players, keep the verdicts, then raise suspicion. Each part can be repeated: a report
that broke off is sent again as it was, and what was counted of it is not counted twice.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from firstspawn.kit.clock import Clock, epoch
from firstspawn.kit.ids import NewId
from firstspawn.playtime.accounting import Claim, Verdict
from firstspawn.playtime.evidence_repository import EvidenceRepository
from firstspawn.playtime.repository import ClockRepository
from firstspawn.playtime.runs import Run
from firstspawn.playtime.schemas import PlayerReport, PlaytimeReport, Reporter, SyncResult
from firstspawn.playtime.spans import Span
from firstspawn.playtime.verdicts import VerdictStore
from firstspawn.playtime.vigilance import Vigilance


class PlaytimeService:
    """Counts playtime."""

    def __init__(
        self,
        clocks: ClockRepository,
        evidence: EvidenceRepository,
        verdicts: VerdictStore,
        vigilance: Vigilance,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._clocks, self._evidence = clocks, evidence
        self._verdicts, self._vigilance = verdicts, vigilance
        self._now, self._new_id = clock, new_id

    def sync(self, plugin: Reporter, report: PlaytimeReport) -> SyncResult:
        """Count a report of N players: ceil(N/100) + 1 reads, ceil(N/99) transactions at most.

        More only if clocks moved meanwhile, checks were missed, or something is odd. Raises
        ServerGone; Unavailable if players' clocks kept moving: send the same report again.
        """
        now = self._now()
        claims: dict[str, list[Claim]] = {}
        for one in report.players:
            claims.setdefault(one.uuid, []).append(_claim(one))
        run = Run(self._clocks, self._evidence, self._new_id, plugin, claims, now)
        verdicts = run.count()
        self._verdicts.keep(plugin.serverId, plugin.pluginId, run.report_id, verdicts, now)
        self._vigilance.look_at(plugin, run.report_id, verdicts, run.odd, now, is_noted=run.is_held)
        return _result(run.report_id, verdicts, len(claims), now)


def _claim(one: PlayerReport) -> Claim:
    return Claim(one.uuid, one.name, Span(epoch(one.start), epoch(one.end)), one.afkSeconds)


def _result(report_id: str, verdicts: Sequence[Verdict], players: int, now: datetime) -> SyncResult:
    reasons = Counter(reason.value for one in verdicts for reason in set(one.reasons))
    claimed = sum(one.claim.span.seconds for one in verdicts)
    counted, held = sum(one.counted for one in verdicts), sum(one.held for one in verdicts)
    return SyncResult(
        reportId=report_id,
        players=players,
        activeSeconds=sum(one.active for one in verdicts),
        afkSeconds=sum(one.afk for one in verdicts),
        heldSeconds=held,
        refusedSeconds=claimed - counted - held,
        reasons=dict(sorted(reasons.items())),
        serverTime=now,
    )
