"""What votes on somebody's reviews do to their reputation."""

from contextlib import suppress

from firstspawn.errors import ChangedMeanwhile, Unavailable
from firstspawn.kit.clock import Clock
from firstspawn.reactions.schemas import Happening
from firstspawn.reputation.rules import Action
from firstspawn.reputation.schemas import Claim
from firstspawn.reputation.service import ATTEMPTS, ReputationService
from firstspawn.reputation.vote_repository import VoteWitness
from firstspawn.reviews.ids import Pair, read_id
from firstspawn.users.errors import UserNotFound


class VoteReputation:
    """Lets ledgers say what votes say.

    The vote is read again and checked in the transaction that counts it: whoever is told late
    counts what holds now, and of two who are told at once none counts what holds no more.
    """

    def __init__(self, votes: VoteWitness, reputation: ReputationService, clock: Clock) -> None:
        self._votes, self._reputation, self._clock = votes, reputation, clock

    def follow(self, happening: Happening) -> None:
        """`review.voted {reviewId, voterId}`: settle the difference, if any. Raises Unavailable."""
        pair, voter_id = read_id(happening.data["reviewId"]), happening.data["voterId"]
        for _ in range(ATTEMPTS):
            with suppress(ChangedMeanwhile):
                self._settle(pair, voter_id)
                return
        raise Unavailable(code="write_contention", retry_after=1)

    def _settle(self, pair: Pair, voter_id: str) -> None:
        vote, unchanged = self._votes.read(pair, voter_id, self._clock())
        # Without the time it was written: a review written anew brings no second reward.
        cause = f"{pair.id}.{voter_id}"
        claims = [
            Claim(Action.REVIEW_UPVOTED, cause, applies=vote is True, about=pair.id),
            Claim(Action.REVIEW_DOWNVOTED, cause, applies=vote is False, about=pair.id),
        ]
        with suppress(UserNotFound):  # the author's account is gone
            self._reputation.settle(pair.userId, claims, unchanged)
