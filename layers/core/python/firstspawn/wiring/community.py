"""Services of what people say of servers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.playtime import Playtime

if TYPE_CHECKING:
    from firstspawn.favorites.service import FavoriteService
    from firstspawn.reviews.listing import ReviewLists
    from firstspawn.reviews.reactions import ReviewReactions
    from firstspawn.reviews.service import ReviewService
    from firstspawn.reviews.verification import Minutes
    from firstspawn.reviews.visibility import ReviewVisibility
    from firstspawn.reviews.votes import VoteService


class Community(Playtime):
    """Reviews and favourites."""

    @cached_property
    def favorites(self) -> FavoriteService:
        """The servers people keep."""
        from firstspawn.favorites.repository import FavoriteRepository
        from firstspawn.favorites.service import FavoriteService

        self.database()
        return FavoriteService(FavoriteRepository(), self.servers, self.clock, lambda: self.cursors)

    @cached_property
    def verified_minutes(self) -> Minutes:
        """Minutes that plugins vouched for: one read."""
        return self.verified_playtime.minutes

    @cached_property
    def reviews(self) -> ReviewService:
        """Reviews, one at a time."""
        from firstspawn.reviews.repository import ReviewRepository
        from firstspawn.reviews.service import ReviewService
        from firstspawn.reviews.vote_repository import VoteRepository

        self.database()
        return ReviewService(
            ReviewRepository(),
            VoteRepository(),
            self.servers,
            self.users,
            self.verified_minutes,
            self.clock,
        )

    @cached_property
    def review_lists(self) -> ReviewLists:
        """Reviews in order."""
        from firstspawn.reviews.listing import ReviewLists
        from firstspawn.reviews.order_repository import OrderRepository
        from firstspawn.reviews.repository import ReviewRepository
        from firstspawn.reviews.vote_repository import VoteRepository

        self.database()
        return ReviewLists(
            ReviewRepository(),
            OrderRepository(),
            VoteRepository(),
            self.servers,
            self.users,
            self.cursors,
        )

    @cached_property
    def review_votes(self) -> VoteService:
        """Whether reviews were helpful."""
        from firstspawn.reviews.vote_repository import VoteRepository
        from firstspawn.reviews.votes import VoteService

        self.database()
        return VoteService(VoteRepository(), self.clock)

    @cached_property
    def review_visibility(self) -> ReviewVisibility:
        """Hides reviews and shows them again."""
        from firstspawn.reviews.repository import ReviewRepository
        from firstspawn.reviews.visibility import ReviewVisibility

        self.database()
        return ReviewVisibility(ReviewRepository(), self.clock)

    @cached_property
    def review_reactions(self) -> ReviewReactions:
        """What reviews do because of changes."""
        from firstspawn.reviews.order_repository import OrderRepository
        from firstspawn.reviews.reactions import ReviewReactions
        from firstspawn.reviews.repository import ReviewRepository
        from firstspawn.reviews.vote_repository import VoteRepository

        self.database()
        return ReviewReactions(
            ReviewRepository(),
            OrderRepository(),
            VoteRepository(),
            self.verified_minutes,
            self.clock,
        )
