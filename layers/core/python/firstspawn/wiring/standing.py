"""Services of standing: what people's deeds are worth, and what the staff decides."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.downstream import Downstream

if TYPE_CHECKING:
    from firstspawn.analytics.service import AnalyticsService
    from firstspawn.analytics.views import ViewCounter
    from firstspawn.audit.service import AuditService
    from firstspawn.moderation.appeals import AppealService
    from firstspawn.moderation.content import DecisionFollower
    from firstspawn.moderation.effect_repository import EffectRepository
    from firstspawn.moderation.flagging import FlagService
    from firstspawn.moderation.queue import QueueService
    from firstspawn.moderation.reports import ReportService
    from firstspawn.moderation.service import ModerationService
    from firstspawn.moderation.staff import StaffService
    from firstspawn.moderation.subjects import Subjects
    from firstspawn.reputation.service import ReputationService
    from firstspawn.reputation.votes import VoteReputation


class Standing(Downstream):
    """Reputation, moderation, the audit log."""

    @cached_property
    def audit(self) -> AuditService:
        """What the staff did."""
        from firstspawn.audit.repository import AuditRepository
        from firstspawn.audit.service import AuditService

        self.database()
        return AuditService(AuditRepository(), self.cursors, self.clock, self.new_id)

    @cached_property
    def view_counter(self) -> ViewCounter:
        """Counts views of servers."""
        from firstspawn.analytics.repository import AnalyticsRepository
        from firstspawn.analytics.views import ViewCounter

        self.database()
        return ViewCounter(AnalyticsRepository(), clock=self.clock, random=self.random)

    @cached_property
    def analytics(self) -> AnalyticsService:
        """What owners see over time."""
        from firstspawn.analytics.repository import AnalyticsRepository
        from firstspawn.analytics.service import AnalyticsService

        self.database()
        return AnalyticsService(AnalyticsRepository(), self.servers, self.uptime, self.clock)

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

    @cached_property
    def vote_reputation(self) -> VoteReputation:
        """What votes do to reputation."""
        from firstspawn.reputation.vote_repository import VoteWitness
        from firstspawn.reputation.votes import VoteReputation
        from firstspawn.reviews.vote_repository import VoteRepository

        self.database()
        return VoteReputation(VoteWitness(VoteRepository()), self.reputation, self.clock)

    @cached_property
    def moderation_subjects(self) -> Subjects:
        """What cases are about."""
        from firstspawn.moderation.subject_repository import SubjectRepository
        from firstspawn.moderation.subjects import Subjects
        from firstspawn.reviews.repository import ReviewRepository

        reviews = SubjectRepository(ReviewRepository())
        return Subjects(reviews, self.servers, self.users, self.clock)

    @cached_property
    def reports(self) -> ReportService:
        """What people report."""
        from firstspawn.moderation.case_repository import CaseRepository
        from firstspawn.moderation.reports import ReportService

        self.database()
        return ReportService(CaseRepository(), self.moderation_subjects, self.clock)

    @cached_property
    def flagging(self) -> FlagService:
        """Rules that look at what is written."""
        from firstspawn.moderation.flag_repository import FlagRepository
        from firstspawn.moderation.flagging import FlagService

        return FlagService(FlagRepository(), self.review_visibility, self.clock)

    @cached_property
    def moderation_queue(self) -> QueueService:
        """The staff's work list."""
        from firstspawn.moderation.case_repository import CaseRepository
        from firstspawn.moderation.queue import QueueService

        self.database()
        return QueueService(
            CaseRepository(),
            self.moderation_subjects,
            cursors=lambda: self.cursors,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def moderation_effects(self) -> EffectRepository:
        """What decisions do to accounts and servers."""
        from firstspawn.auth.repository import AuthRepository
        from firstspawn.moderation.effect_repository import EffectRepository

        self.database()
        return EffectRepository(AuthRepository())

    @cached_property
    def moderation(self) -> ModerationService:
        """Decisions."""
        from firstspawn.auth.tokens import EmailTokens
        from firstspawn.moderation.case_repository import CaseRepository
        from firstspawn.moderation.content_repository import ContentRepository
        from firstspawn.moderation.decision_repository import DecisionRepository
        from firstspawn.moderation.effects import Effects
        from firstspawn.moderation.letters import Letters
        from firstspawn.moderation.service import ModerationService
        from firstspawn.reviews.repository import ReviewRepository

        decisions = DecisionRepository()
        tokens = EmailTokens(self.secrets.macKey, self.random)
        return ModerationService(
            CaseRepository(),
            decisions,
            Effects(
                decisions,
                self.moderation_effects,
                ContentRepository(ReviewRepository()),
                self.review_visibility,
            ),
            Letters(decisions, tokens, self.new_id),
            self.moderation_subjects,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def appeals(self) -> AppealService:
        """Appeals against decisions."""
        from firstspawn.moderation.appeals import AppealService
        from firstspawn.moderation.case_repository import CaseRepository
        from firstspawn.moderation.decision_repository import DecisionRepository

        self.database()
        return AppealService(CaseRepository(), DecisionRepository(), self.clock)

    @cached_property
    def staff(self) -> StaffService:
        """Roles, and what is recommended."""
        from firstspawn.moderation.decision_repository import DecisionRepository
        from firstspawn.moderation.staff import StaffService

        return StaffService(
            DecisionRepository(),
            self.moderation_effects,
            self.users,
            self.servers,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def decision_follower(self) -> DecisionFollower:
        """What follows from decisions."""
        from firstspawn.moderation.content import DecisionFollower
        from firstspawn.moderation.content_repository import ContentRepository
        from firstspawn.moderation.decision_repository import DecisionRepository
        from firstspawn.reviews.repository import ReviewRepository

        return DecisionFollower(
            DecisionRepository(),
            ContentRepository(ReviewRepository()),
            self.moderation_effects,
            self.review_visibility,
            self.reputation,
            self.clock,
        )
