"""All reads and writes of what becomes of a banned person's reviews."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from firstspawn.db import pages, standing_keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.moderation.models import HiddenReview, ModerationCase, ModerationDecision
from firstspawn.moderation.rules import Action, Kind, Standing
from firstspawn.reviews.repository import ReviewRepository

Extend = Callable[[writes.Transaction], None]
DONE = "DONE"


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

    def showing(self, mark: HiddenReview) -> Extend:
        """What forgets that a review was hidden."""
        return lambda one: one.delete(mark)

    def forget(self, mark: HiddenReview) -> None:
        """Leave a review as it is."""
        writes.delete(mark)

    def stays_hidden(self, review_id: str, now: datetime) -> bool:
        """Tell whether a decision on the review itself hides it: one or two reads."""
        case = ModerationCase.find(
            standing_keys.case(f"{Kind.REVIEW}:{review_id}"), now, consistent=True
        )
        if case is None or case.decisionId is None:
            return False
        decision = ModerationDecision.find(
            standing_keys.decision(case.decisionId), now, consistent=True
        )
        return decision is not None and decision.action in {Action.HIDE, Action.REMOVE}

    def show_more(self, decision: ModerationDecision, last: str) -> None:
        """Note the last review shown again, which wakes the next step. Raises ChangedMeanwhile."""
        step = ModerationDecision.contentStep.set(f"{DONE}{last}")
        writes.update(decision, [step], _stands(Standing.REVERTED), ChangedMeanwhile())


def _stands(standing: Standing) -> Any:
    return ModerationDecision.standing == standing.value
