"""Services of standing: what people's deeds are worth, and what the staff decides."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.downstream import Downstream

if TYPE_CHECKING:
    from firstspawn.audit.service import AuditService
    from firstspawn.reputation.service import ReputationService


class Standing(Downstream):
    """Reputation, moderation, the audit log."""

    @cached_property
    def audit(self) -> AuditService:
        """What the staff did."""
        from firstspawn.audit.repository import AuditRepository
        from firstspawn.audit.service import AuditService

        self.database()
        return AuditService(AuditRepository(), self.cursors, self.clock)

    @cached_property
    def reputation(self) -> ReputationService:
        """Ledgers of reputation."""
        from firstspawn.reputation.repository import ReputationRepository
        from firstspawn.reputation.service import ReputationService

        self.database()
        return ReputationService(
            ReputationRepository(),
            self.users,
            cursors=lambda: self.cursors,
            clock=self.clock,
            new_id=self.new_id,
        )
