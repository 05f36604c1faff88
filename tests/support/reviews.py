"""Reviews for tests: written through the service, and counted again from what is stored."""

from itertools import count
from typing import Any

from firstspawn.db import keys
from firstspawn.favorites.models import Favorite
from firstspawn.reactions.schemas import Happening
from firstspawn.reviews.models import Review, ReviewVote
from firstspawn.reviews.schemas import CreateReview, ReviewView
from firstspawn.servers.models import ServerStats
from firstspawn.users.schemas import Caller
from firstspawn.wiring import Container
from tests.support.servers import Owners

_numbers = count(1)
TEXT = "We built a harbour here and nobody burnt it down."


class Critics:
    """Makes people and what they say of servers, in one container's table."""

    def __init__(self, stack: Container) -> None:
        self.stack, self.owners = stack, Owners(stack)
        self._played: dict[tuple[str, str], int] = {}
        stack.__dict__["verified_minutes"] = lambda user, server: self._played.get(
            (user, server), 0
        )

    def server(self) -> str:
        """A server of somebody's."""
        return self.owners.server()[1].id

    def person(self) -> Caller:
        """Somebody with a verified address."""
        return self.owners.create()

    def set_minutes(self, caller: Caller, server_id: str, minutes: int) -> None:
        """Let somebody have played for so long."""
        self._played[caller.userId, server_id] = minutes

    def play(self, caller: Caller, server_id: str, minutes: int) -> None:
        """Let somebody have played for so long, and tell reviews of it."""
        self.set_minutes(caller, server_id, minutes)
        self.tell("playtime.changed", userId=caller.userId, serverId=server_id)

    def review(
        self, server_id: str, rating: int = 4, *, minutes: int = 0, **fields: Any
    ) -> tuple[Caller, ReviewView]:
        """A review by somebody new, and who wrote it."""
        caller = self.person()
        self._played[caller.userId, server_id] = minutes
        form = CreateReview(rating=rating, content=fields.pop("content", TEXT), **fields)
        return caller, self.stack.reviews.create(caller, server_id, form)[0]

    def vote(self, review_id: str, *votes: bool) -> None:
        """Let somebody new cast each of these votes, and the order follow."""
        for vote in votes:
            self.stack.review_votes.cast(self.person(), review_id, vote)
        self.tell("review.voted", reviewId=review_id, voterId="")

    def tell(self, event: str, **data: Any) -> None:
        """Let reviews react to what happened."""
        reviews = self.stack.review_reactions
        react = {
            "playtime.changed": reviews.check_playtime,
            "review.changed": reviews.follow_change,
            "review.deleted": reviews.forget,
            "review.written": reviews.verify_new,
            "review.voted": reviews.follow_vote,
        }[event]
        react(Happening(id=f"told-{next(_numbers)}", event=event, data=data))


COUNTERS = (
    "reviewCount", "ratingSum", "stars1", "stars2", "stars3", "stars4", "stars5",
    "verifiedReviewCount", "verifiedRatingSum", "favoriteCount",
)  # fmt: skip


def counted(stack: Container, server_id: str) -> dict[str, int]:
    """The server's counters as they are stored."""
    key = keys.server_stats(server_id)
    stats = ServerStats.find(key, stack.clock(), consistent=True) or ServerStats()
    return {name: int(getattr(stats, name)) for name in COUNTERS}


def recounted(server_id: str) -> dict[str, int]:
    """What they should be: every review and favourite of the table, looked at one by one."""
    total = dict.fromkeys(COUNTERS, 0)
    for review in Review.scan(Review.serverId == server_id, consistent_read=True):
        if review.isApproved:
            rating, verified = int(review.rating), int(review.isVerified)
            total["reviewCount"] += 1
            total["ratingSum"] += rating
            total[f"stars{rating}"] += 1
            total["verifiedReviewCount"] += verified
            total["verifiedRatingSum"] += verified * rating
    favorites = Favorite.scan(Favorite.serverId == server_id, consistent_read=True)
    return total | {"favoriteCount": sum(1 for _ in favorites)}


def votes_of(review_id: str, since: str) -> tuple[int, int]:
    """Upvotes and downvotes on a review, looked at one by one."""
    partition = keys.review_vote(review_id, since, "").pk
    votes = [vote.isUpvote for vote in ReviewVote.query(partition, consistent_read=True)]
    return votes.count(True), votes.count(False)
