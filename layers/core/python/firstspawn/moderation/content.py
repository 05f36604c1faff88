"""Hides the reviews of who was banned with them, and shows them again: step by step.

Each step does a few reviews and notes how far it came on the decision, whose change wakes the next
one. A step told twice finds its work done; one that breaks off is told again.
"""

from contextlib import suppress

from firstspawn.errors import ChangedMeanwhile
from firstspawn.kit.clock import Clock
from firstspawn.moderation.content_repository import DONE, ContentRepository, Mark
from firstspawn.moderation.decision_repository import Decision, DecisionRepository, Extend
from firstspawn.moderation.effect_repository import EffectRepository
from firstspawn.moderation.errors import DecisionNotFound
from firstspawn.moderation.rules import ENDING, Action, Kind, Reason, Standing
from firstspawn.reactions.schemas import Happening
from firstspawn.reputation.rules import Action as Deed
from firstspawn.reputation.schemas import Claim
from firstspawn.reputation.service import ReputationService
from firstspawn.reviews.errors import ReviewNotFound
from firstspawn.reviews.service import ATTEMPTS, contention
from firstspawn.reviews.visibility import ReviewVisibility
from firstspawn.users.errors import UserNotFound

STEP = 20


class DecisionFollower:
    """What follows from decisions, after the answer."""

    def __init__(
        self,
        decisions: DecisionRepository,
        content: ContentRepository,
        effects: EffectRepository,
        visibility: ReviewVisibility,
        reputation: ReputationService,
        clock: Clock,
    ) -> None:
        self._decisions, self._content, self._effects = decisions, content, effects
        self._visibility, self._reputation, self._clock = visibility, reputation, clock

    def follow(self, happening: Happening) -> None:
        """`decision.changed {id}`: reputation, sessions and content follow as it now stands.

        A decision that changes meanwhile tells so itself: that is no failure.
        """
        now = self._clock()
        with suppress(DecisionNotFound, ChangedMeanwhile):
            decision = self._decisions.find(happening.data["id"], now)
            holds = decision.standing == Standing.IN_FORCE
            self._settle(decision)
            if holds and decision.action in ENDING:
                self._effects.end_sessions(decision.subjectId, now)
            if decision.hidesContent and holds:
                self._hide(decision)
            elif decision.hidesContent:
                self._show(decision)

    def _settle(self, decision: Decision) -> None:
        """A review that is hidden as spam costs its author, as long as it is."""
        hides = decision.action in {Action.HIDE, Action.REMOVE}
        if decision.kind != Kind.REVIEW or decision.violation != Reason.SPAM or not hides:
            return
        holds = decision.standing == Standing.IN_FORCE
        claim = Claim(
            Deed.REVIEW_FLAGGED_SPAM, decision.id, applies=holds, about=decision.subjectId
        )
        with suppress(UserNotFound):
            check = self._decisions.standing(decision)
            self._reputation.settle(decision.affectedId, [claim], check)

    def _hide(self, decision: Decision) -> None:
        if (decision.contentStep or "").startswith(DONE):
            return
        page, step = self._content.written(decision.subjectId, STEP, decision.contentStep)
        for review_id in page:
            mark = self._content.hiding(decision, review_id, self._clock())
            with suppress(ReviewNotFound):
                self._visibility.hide(review_id, mark)
        self._content.go_on(decision, step)

    def _show(self, decision: Decision) -> None:
        marks = self._content.hidden(decision.id, STEP)
        for mark in marks:
            self._show_one(decision, mark)
        if marks:
            self._content.show_more(decision, marks[-1].reviewId)

    def _show_one(self, decision: Decision, mark: Mark) -> None:
        """Show a review that nothing else hides; what another ban hides, that one will show."""
        for _ in range(ATTEMPTS):
            now = self._clock()
            with suppress(ChangedMeanwhile):
                ban, same_ban = self._content.ban_of(decision.subjectId, now)
                if ban is not None:
                    self._content.hand_over(mark, ban, now)
                    return
                hidden, same = self._content.decision_on(mark.reviewId, now)
                if hidden or not self._restored(mark, self._content.showing(mark, same_ban, same)):
                    self._content.forget(mark)
                return
        raise contention()

    def _restored(self, mark: Mark, also: Extend) -> bool:
        try:
            return self._visibility.restore(mark.reviewId, also)
        except ReviewNotFound:
            return False
