"""Services of playtime."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.plugins import Plugins

if TYPE_CHECKING:
    from firstspawn.playtime.anomalies import AnomalyService
    from firstspawn.playtime.service import PlaytimeService
    from firstspawn.playtime.verdicts import VerdictStore
    from firstspawn.playtime.verified import VerifiedService
    from firstspawn.playtime.vigilance import Vigilance


class Playtime(Plugins):
    """Counting what was played."""

    @cached_property
    def playtime(self) -> PlaytimeService:
        """Takes servers' reports."""
        from firstspawn.playtime.evidence_repository import EvidenceRepository
        from firstspawn.playtime.repository import ClockRepository
        from firstspawn.playtime.service import PlaytimeService

        self.database()
        return PlaytimeService(
            ClockRepository(),
            EvidenceRepository(),
            self.playtime_verdicts,
            self.plugin_vigilance,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def verified_playtime(self) -> VerifiedService:
        """What users have played."""
        from firstspawn.playtime.repository import ClockRepository
        from firstspawn.playtime.verified import VerifiedService
        from firstspawn.playtime.verified_repository import VerifiedRepository

        self.database()
        return VerifiedService(
            VerifiedRepository(ClockRepository()), self.servers, self.clock, lambda: self.cursors
        )

    @cached_property
    def playtime_anomalies(self) -> AnomalyService:
        """What is odd about playtime."""
        from firstspawn.playtime.anomalies import AnomalyService
        from firstspawn.playtime.anomaly_repository import AnomalyRepository
        from firstspawn.playtime.repository import ClockRepository

        self.database()
        return AnomalyService(
            AnomalyRepository(ClockRepository()),
            self.playtime_verdicts,
            self.servers,
            clock=self.clock,
            new_id=self.new_id,
            cursors=lambda: self.cursors,
        )

    @cached_property
    def playtime_verdicts(self) -> VerdictStore:
        """What became of each interval."""
        from firstspawn.clients.objects import Bucket
        from firstspawn.playtime.kept_repository import KeptRepository
        from firstspawn.playtime.verdicts import VerdictStore

        self.database()
        bucket = Bucket(self.settings.media_bucket, self.settings.region)
        return VerdictStore(bucket, KeptRepository(), lambda: self.cursors)

    @cached_property
    def plugin_vigilance(self) -> Vigilance:
        """Suspicion of plugin instances."""
        from firstspawn.playtime.vigilance import Vigilance
        from firstspawn.playtime.watch_repository import WatchRepository

        self.database()
        return Vigilance(WatchRepository(), lambda: self.plugins, self.new_id)
