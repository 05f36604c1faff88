"""Who reacts to what happened: one table, the counterpart of `events/rules.py`.

A handler is named by a lambda, so that a service is built when the first of its happenings comes.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.standing import Standing

if TYPE_CHECKING:
    from firstspawn.reactions.service import ReactionService


class Reactions(Standing):
    """The reactions of all features."""

    @cached_property
    def reactions(self) -> ReactionService:
        """Events and their handlers."""
        from firstspawn.passkeys.repository import PasskeyRepository
        from firstspawn.reactions.service import ReactionService
        from firstspawn.secondfactor.repository import FactorRepository

        return ReactionService(
            {
                "case.reported": [lambda told: self.reports.rank(told)],
                "decision.changed": [lambda told: self.decision_follower.follow(told)],
                "server.absent": [lambda told: self.absence_notices.tell(told)],
                "review.written": [
                    lambda told: self.flagging.examine(told),
                    lambda told: self.review_reactions.verify_new(told),
                ],
                "server.deleted": [lambda told: self.plugins.follow_deletion(told)],
                "server.counted": [lambda told: self.analytics.follow(told)],
                "user.deleted": [
                    lambda told: self.reputation.forget(told),
                    lambda told: self.reports.forget(told),
                    lambda told: self.review_reactions.lose_author(told.data["userId"]),
                    lambda told: self.favorites.forget(told.data["userId"]),
                    lambda told: self.verified_playtime.forget(told),
                    lambda told: PasskeyRepository().remove_all(told.data["userId"], self.clock()),
                    lambda told: FactorRepository().remove(told.data["userId"]),
                ],
                "user.verified": [lambda told: self.reputation.welcome(told)],
                "review.changed": [lambda told: self.review_reactions.follow_change(told)],
                "review.deleted": [lambda told: self.review_reactions.forget(told)],
                "review.voted": [
                    lambda told: self.review_reactions.follow_vote(told),
                    lambda told: self.vote_reputation.follow(told),
                ],
                "identity.changed": [lambda told: self.verified_playtime.follow_identity(told)],
                "playtime.counted": [lambda told: self.verified_playtime.follow_clock(told)],
                "playtime.changed": [lambda told: self.review_reactions.check_playtime(told)],
            }
        )
