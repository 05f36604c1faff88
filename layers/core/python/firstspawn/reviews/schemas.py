"""What the API says of reviews, and what it takes."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from firstspawn.kit.dto import Dto, Input, Page
from firstspawn.kit.text import clean

SHORTEST, LONGEST, LONGEST_REPLY = 10, 2000, 1000
_BLANK_LINES = re.compile(r"\n{3,}")


def _text(shortest: int) -> AfterValidator:
    def check(text: str) -> str:
        cleaned = _BLANK_LINES.sub("\n\n", clean(text, multiline=True))
        if len(cleaned) < shortest:
            raise ValueError(f"must have at least {shortest} visible characters")
        return cleaned

    return AfterValidator(check)


Rating = Annotated[int, Field(ge=1, le=5, description="Stars")]
Title = Annotated[str, Field(max_length=100), AfterValidator(clean)]
Content = Annotated[str, Field(max_length=LONGEST), _text(SHORTEST)]


class CreateReview(Input):
    """A review; plain text, never markup."""

    rating: Rating
    title: Title | None = None
    content: Content


class UpdateReview(Input):
    """What may change; a field left out stays, null empties the title."""

    rating: Rating | None = None
    title: Title | None = None
    content: Content | None = None


class WriteReply(Input):
    """The answer of the server's owner; plain text."""

    content: Annotated[str, Field(max_length=LONGEST_REPLY), _text(1)]


class CastVote(Input):
    """Whether the review was helpful."""

    isUpvote: bool


class ReviewSort(StrEnum):
    """Orders of a server's reviews.

    `newest`; `helpful`, by votes; `rating`, best first, then verified, then newest; `verified`
    ones first, then newest.
    """

    NEWEST = "newest"
    HELPFUL = "helpful"
    RATING = "rating"
    VERIFIED = "verified"


class ReviewQuery(Page):
    """Which reviews of a server, in which order."""

    sort: ReviewSort = ReviewSort.NEWEST
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    verified: bool | None = None


class WrittenSort(StrEnum):
    """Orders of what somebody has written."""

    NEWEST = "newest"
    OLDEST = "oldest"


class WrittenQuery(Page):
    """Which reviews of an author, in which order."""

    sort: WrittenSort = WrittenSort.NEWEST
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    verified: bool | None = None


class Author(Dto):
    """Who wrote a review."""

    id: str
    username: str
    displayName: str | None
    avatarUrl: str | None
    reputation: int


class Reply(Dto):
    """What the server's owner answers."""

    content: str
    createdAt: datetime


class ReviewView(Dto):
    """A review.

    `isVerified`: the author has at least an hour of verified playtime on the server, of which
    `verifiedPlaytime` tells the minutes, up to date within the hour. Once the account is deleted,
    `userId` and `author` are null. `myVote` is the caller's: true for helpful, null for none.
    `isApproved` is false on a hidden review, which its author and the staff alone can see;
    `isFlagged` and `flagReason` are the staff's, and null for others.
    """

    id: str
    serverId: str
    userId: str | None
    author: Author | None
    rating: int
    title: str | None
    content: str
    isVerified: bool
    verifiedPlaytime: int | None
    isApproved: bool
    isFlagged: bool | None
    flagReason: str | None
    upvotes: int
    downvotes: int
    myVote: bool | None
    reply: Reply | None
    edits: int
    editedAt: datetime | None
    createdAt: datetime
    updatedAt: datetime


class ReviewList(Dto):
    """A page of reviews."""

    items: list[ReviewView]
    nextCursor: str | None


class VoteView(Dto):
    """Where a review's votes stand after one's own."""

    reviewId: str
    myVote: bool | None
    upvotes: int
    downvotes: int


class EarlierText(Dto):
    """What a review said before an edit at `replacedAt`."""

    rating: int
    title: str | None
    content: str
    replacedAt: datetime


class EarlierTexts(Dto):
    """A review's earlier texts, the newest first; the list is never longer than a page."""

    items: list[EarlierText]
    nextCursor: str | None = None
