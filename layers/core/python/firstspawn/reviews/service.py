"""Rules of reviews: who writes them, changes them, answers them."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from firstspawn.errors import Invalid, PreconditionFailed, Unavailable
from firstspawn.kit.clock import Clock
from firstspawn.reviews.errors import (
    NotTheAuthor,
    OwnServer,
    ReviewHidden,
    ReviewNotFound,
    Stale,
)
from firstspawn.reviews.ids import Pair, read_id
from firstspawn.reviews.repository import Found, ReviewRepository
from firstspawn.reviews.schemas import (
    CreateReview,
    EarlierText,
    EarlierTexts,
    ReviewView,
    UpdateReview,
    WriteReply,
)
from firstspawn.reviews.verification import Minutes, is_verified
from firstspawn.reviews.views import view
from firstspawn.reviews.vote_repository import VoteRepository
from firstspawn.servers.service import ServerService
from firstspawn.users.schemas import Caller, Role
from firstspawn.users.service import UserService

ATTEMPTS = 8
_STAFF = {Role.MODERATOR, Role.ADMIN}
_NEVER_EMPTY = ("rating", "content")


class ReviewService:
    """Shows one review, and takes what people write."""

    def __init__(
        self,
        reviews: ReviewRepository,
        votes: VoteRepository,
        servers: ServerService,
        users: UserService,
        minutes: Minutes,
        clock: Clock,
    ) -> None:
        self._reviews, self._votes = reviews, votes
        self._servers, self._users = servers, users
        self._minutes, self._clock = minutes, clock

    def create(self, caller: Caller, server: str, form: CreateReview) -> tuple[ReviewView, int]:
        """Write a review: three reads (four by slug), one transaction.

        Raises ServerNotFound, OwnServer, AlreadyReviewed.
        """
        reviewed = self._servers.get(server)[0]
        if reviewed.ownerId == caller.userId:
            raise OwnServer
        pair, now = Pair(reviewed.id, caller.userId), self._clock()
        minutes = self._minutes(pair.userId, pair.serverId)
        values = {**form.model_dump(), "title": form.title or None}
        made = self._reviews.create(pair, values, is_verified(minutes), minutes, now)
        return self._shown(made, None)

    def get(self, review_id: str, caller: Caller | None) -> tuple[ReviewView, int]:
        """A review: two reads, one more for somebody signed in.

        A hidden one is there for its author and the staff alone. Raises ReviewNotFound.
        """
        pair = read_id(review_id)
        review = self._reviews.find(pair, self._clock())
        if review is None:
            raise ReviewNotFound
        staff = False
        if not review.isApproved and (caller is None or caller.userId != review.userId):
            staff = caller is not None and self._is_staff(caller)
            if not staff:
                raise ReviewNotFound
        votes = self._votes.of(caller.userId, [review]) if caller else {}
        return self._shown(review, votes.get(review.id), staff=staff)

    def update(
        self, caller: Caller, review_id: str, form: UpdateReview, expected: int | None
    ) -> tuple[ReviewView, int]:
        """Edit one's review and keep what it said: a read, a transaction, a read.

        Raises Invalid, ReviewNotFound, NotTheAuthor, ReviewHidden, PreconditionFailed, Unavailable.
        """
        values: dict[str, Any] = form.model_dump(exclude_unset=True)
        if empty := [name for name in _NEVER_EMPTY if name in values and values[name] is None]:
            raise Invalid([{"field": name, "message": "must not be null"} for name in empty])
        if "title" in values:
            values["title"] = values["title"] or None
        for review in self._own(caller, review_id, expected):
            changed = {key: one for key, one in values.items() if getattr(review, key) != one}
            if not changed:
                return self._shown(review, None)
            with suppress(Stale):
                now = self._clock()
                return self._shown(self._reviews.change(review, changed, now, keep=True), None)
        raise contention()

    def delete(self, caller: Caller, review_id: str, expected: int | None) -> None:
        """Take one's review back: a read, a transaction.

        Raises ReviewNotFound, NotTheAuthor, ReviewHidden, PreconditionFailed, Unavailable.
        """
        for review in self._own(caller, review_id, expected):
            with suppress(Stale):
                self._reviews.delete(review)
                return
        raise contention()

    def reply(self, caller: Caller, review_id: str, form: WriteReply) -> tuple[ReviewView, int]:
        """Answer a review of one's server, in place of an answer given before.

        Raises ReviewNotFound (also for a hidden one), NotTheOwner, Unavailable.
        """
        now = self._clock()
        return self._answer(caller, review_id, {"reply": form.content, "repliedAt": now})

    def withdraw_reply(self, caller: Caller, review_id: str) -> None:
        """Remove one's answer, there or not. Raises as `reply`."""
        self._answer(caller, review_id, {"reply": None, "repliedAt": None})

    def earlier_texts(self, review_id: str) -> EarlierTexts:
        """What a review said before its edits, for the staff: a read, a query.

        Raises ReviewNotFound.
        """
        review = self._reviews.find(read_id(review_id), self._clock())
        if review is None:
            raise ReviewNotFound
        texts = self._reviews.earlier_texts(review)
        return EarlierTexts(
            items=[
                EarlierText.model_validate({**one.attribute_values, "replacedAt": one.createdAt,
                                            "title": one.title})
                for one in texts
            ]
        )  # fmt: skip

    def _answer(
        self, caller: Caller, review_id: str, values: dict[str, Any]
    ) -> tuple[ReviewView, int]:
        pair = read_id(review_id)
        for _ in range(ATTEMPTS):
            review = self._current(pair)
            if not review.isApproved:
                raise ReviewNotFound
            with suppress(Stale):
                after = self._reviews.answer(review, caller.userId, values, self._clock())
                votes = self._votes.of(caller.userId, [after])
                return self._shown(after, votes.get(after.id))
        raise contention()

    def _own(self, caller: Caller, review_id: str, expected: int | None) -> Iterator[Found]:
        """The caller's review as it is now, and again each time a write came too late."""
        pair = read_id(review_id)
        for _ in range(ATTEMPTS):
            review = self._current(pair)
            if review.userId != caller.userId:
                raise NotTheAuthor if review.isApproved else ReviewNotFound
            if not review.isApproved:
                raise ReviewHidden
            if expected is not None and review.version != expected:
                raise PreconditionFailed
            yield review

    def _current(self, pair: Pair) -> Found:
        review = self._reviews.find(pair, self._clock(), consistent=True)
        if review is None:
            raise ReviewNotFound
        return review

    def _is_staff(self, caller: Caller) -> bool:
        return not caller.is_program and self._users.standing(caller).role in _STAFF

    def _shown(
        self, review: Found, vote: bool | None, *, staff: bool = False
    ) -> tuple[ReviewView, int]:
        authors = self._users.public_many([review.userId])
        return view(review, authors.get(review.userId), vote, staff=staff), int(review.version)


def contention() -> Unavailable:
    """Others kept changing the same thing: nothing was written."""
    return Unavailable(code="write_contention", retry_after=1)
