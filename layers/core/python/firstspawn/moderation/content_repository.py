"""All reads and writes of what becomes of a banned person's reviews."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from firstspawn.db import pages, standing_keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.moderation.decision_repository import Extend, together
from firstspawn.moderation.models import HiddenReview, ModerationCase, ModerationDecision
from firstspawn.moderation.rules import Action, Kind, Standing
from firstspawn.reviews.ids import read_id
from firstspawn.reviews.repository import ReviewRepository

DONE = "DONE"
Mark = HiddenReview


class ContentRepository:
    """Which reviews a decision has hidden, and how far it has come."""

    def __init__(self, reviews: ReviewRepository) -> None:
        self._reviews = reviews

    def written(self, user_id: str, limit: int, step: str | None) -> tuple[list[str], str]:
        """The ids of somebody's next reviews, and the step after them: one query."""
        after = step.split("|") if step else None
        found = self._reviews.written_by(user_id, limit, after)
        return [pair.id for _, pair in found], "|".join(found[-1][0]) if found else DONE

    def hiding(self, decision: ModerationDecision, review_id: str, now: datetime) -> Extend:
        """What remembers that the decision, as long as it holds, has hidden a review."""
        mark = HiddenReview.at(
            standing_keys.hidden_by(decision.id, review_id), reviewId=review_id, createdAt=now
        )

        def extend(transaction: writes.Transaction) -> None:
            transaction.check(decision, _stands(Standing.IN_FORCE), ChangedMeanwhile())
            transaction.put(mark)

        return extend

    def go_on(self, decision: ModerationDecision, step: str) -> None:
        """Note how far a decision has come, which wakes the next step. Raises ChangedMeanwhile."""
        done = ModerationDecision.contentStep
        same = done.does_not_exist() if decision.contentStep is None else (
            done == decision.contentStep
        )  # fmt: skip
        holds = _stands(Standing.IN_FORCE)
        writes.update(decision, [done.set(step)], holds & same, ChangedMeanwhile())

    def hidden(self, decision_id: str, limit: int) -> Sequence[HiddenReview]:
        """What a decision has hidden and not shown again yet: one query."""
        prefix = standing_keys.hidden_by(decision_id, "")
        return pages.read(HiddenReview, prefix.pk, limit, prefix=prefix.sk, consistent=True)

    def ban_of(self, user_id: str, now: datetime) -> tuple[ModerationDecision | None, Extend]:
        """The decision that hides all of somebody's, and what demands that it stays so: two reads.

        The transaction then raises ChangedMeanwhile.
        """
        decision, guard = _decided(f"{Kind.USER}:{user_id}", now)
        hides = decision is not None and decision.hidesContent
        return decision if hides else None, guard

    def decision_on(self, review_id: str, now: datetime) -> tuple[bool, Extend]:
        """Whether a decision on a review itself hides it, likewise."""
        decision, guard = _decided(f"{Kind.REVIEW}:{review_id}", now)
        return decision is not None and decision.action in {Action.HIDE, Action.REMOVE}, guard

    def stays_hidden(self, review_id: str) -> Extend:
        """What demands that a review is hidden. The transaction then raises ChangedMeanwhile."""
        return self._reviews.hidden(read_id(review_id), ChangedMeanwhile())

    def hand_over(self, mark: HiddenReview, ban: ModerationDecision, now: datetime) -> None:
        """Let another ban have hidden a review: one transaction. Raises ChangedMeanwhile."""
        transaction = writes.Transaction()
        transaction.extend(self.hiding(ban, mark.reviewId, now), lambda one: one.delete(mark))
        transaction.commit()

    def showing(self, mark: HiddenReview, *also: Extend) -> Extend:
        """What forgets that a review was hidden, and does the rest."""
        return together(lambda one: one.delete(mark), *also)

    def forget(self, mark: HiddenReview) -> None:
        """Leave a review as it is."""
        writes.delete(mark)

    def show_more(self, decision: ModerationDecision, last: str) -> None:
        """Note the last review shown again, which wakes the next step: one write."""
        writes.update(decision, [ModerationDecision.contentStep.set(f"{DONE}{last}")], None)


def _decided(subject: str, now: datetime) -> tuple[ModerationDecision | None, Extend]:
    """The decision that says how a subject stands, and what demands that none takes its place."""
    key = standing_keys.case(subject)
    case = ModerationCase.find(key, now, consistent=True)
    found = case.decisionId if case else None
    of_case = ModerationCase.decisionId
    same = of_case.does_not_exist() if found is None else of_case == found
    decision = None
    if found is not None:
        decision = ModerationDecision.find(standing_keys.decision(found), now, consistent=True)

    def guard(transaction: writes.Transaction) -> None:
        transaction.check(ModerationCase.at(key), same, ChangedMeanwhile())

    return decision, guard


def _stands(standing: Standing) -> Any:
    return ModerationDecision.standing == standing.value
