"""What each feature keeps of a person: the sections of an export, in the order of the archive.

A feature adds a line: a function `(user id, now)` of its `personal_repository.py` that yields plain
JSON records, page by page.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.reactions import Reactions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from firstspawn.deletions.schemas import Erasures
    from firstspawn.deletions.service import DeletionService, DueDeletions
    from firstspawn.exports.schemas import Record, Section, Sections
    from firstspawn.exports.service import ExportService


class Personal(Reactions):
    """People's own data."""

    @cached_property
    def export_sections(self) -> Sections:
        """Every section, by the name of its file."""
        from firstspawn.apitokens.personal_repository import token_facts
        from firstspawn.auth.personal_repository import (
            credential_facts,
            email_change_facts,
            session_facts,
        )
        from firstspawn.favorites.personal_repository import favorite_facts
        from firstspawn.identities.personal_repository import identity_facts
        from firstspawn.moderation.personal_repository import decision_facts, report_facts
        from firstspawn.passkeys.personal_repository import passkey_facts
        from firstspawn.playtime.personal_repository import played_facts
        from firstspawn.plugins.personal_repository import plugin_facts
        from firstspawn.reputation.personal_repository import reputation_facts
        from firstspawn.reviews.personal_repository import review_facts, vote_facts
        from firstspawn.secondfactor.personal_repository import factor_facts
        from firstspawn.servers.personal_repository import server_facts
        from firstspawn.users.personal_repository import profile_facts

        self.database()
        return {
            "profile": self._section(profile_facts),
            "credential": self._section(credential_facts),
            "email-change": self._section(email_change_facts),
            "sessions": self._section(session_facts),
            "passkeys": self._section(passkey_facts),
            "second-factor": self._section(factor_facts),
            "identities": self._section(identity_facts),
            "api-tokens": self._section(token_facts),
            "servers": self._section(server_facts),
            "plugins": self._section(plugin_facts),
            "reviews": self._section(review_facts),
            "votes": self._section(vote_facts),
            "favorites": self._section(favorite_facts),
            "playtime": self._section(played_facts),
            "reputation": self._section(reputation_facts),
            "reports": self._section(report_facts),
            "decisions": self._section(decision_facts),
        }

    def _section(self, read: Callable[..., Iterable[Record]]) -> Section:
        return lambda user_id: read(user_id, self.clock())

    @cached_property
    def exports(self) -> ExportService:
        """Copies of people's data."""
        from firstspawn.auth.tokens import EmailTokens
        from firstspawn.clients.objects import Bucket
        from firstspawn.exports.repository import ExportRepository
        from firstspawn.exports.service import ExportService

        self.database()
        return ExportService(
            ExportRepository(),
            Bucket(self.settings.media_bucket, self.settings.region),
            EmailTokens(self.secrets.macKey, self.random),
            self.export_sections,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def deletions(self) -> DeletionService:
        """Ends of accounts."""
        from firstspawn.deletions.repository import DeletionRepository
        from firstspawn.deletions.service import DeletionService

        self.database()
        return DeletionService(
            DeletionRepository(), self.erasures, clock=self.clock, new_id=self.new_id
        )

    @cached_property
    def due_deletions(self) -> DueDeletions:
        """Deletions whose time has come."""
        from firstspawn.clients.queues import Queue
        from firstspawn.deletions.repository import DeletionRepository
        from firstspawn.deletions.service import DueDeletions

        self.database()
        queue = Queue(self.settings.deletions_queue_url, self.settings.region)
        return DueDeletions(DeletionRepository(), queue, self.clock)

    @cached_property
    def erasures(self) -> Erasures:
        """What goes before an account counts as gone; other features hear of `user.deleted`."""
        from firstspawn.apitokens.personal_repository import erase_tokens
        from firstspawn.auth.email_change_repository import EmailChangeRepository
        from firstspawn.auth.personal_repository import erase_sessions
        from firstspawn.clients.objects import Bucket
        from firstspawn.exports.repository import ExportRepository
        from firstspawn.exports.service import forget_export
        from firstspawn.identities.personal_repository import erase_identities

        bucket = Bucket(self.settings.media_bucket, self.settings.region)
        exports = ExportRepository()
        return {
            "sessions": erase_sessions,
            "email-change": EmailChangeRepository().forget,
            "api-tokens": erase_tokens,
            "identities": erase_identities,
            "export": lambda user: forget_export(exports, bucket, user, self.clock()),
            "servers": lambda user: self.servers.delist(user, self.media.forget_banners),
        }
