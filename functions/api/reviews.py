"""Reviews: written, read, voted on, answered."""

from firstspawn.errors import Unavailable
from firstspawn.ratelimit.policies import REVIEWS
from firstspawn.reviews.errors import (
    AlreadyReviewed,
    NotTheAuthor,
    OwnReview,
    OwnServer,
    ReviewHidden,
    ReviewNotFound,
)
from firstspawn.reviews.schemas import (
    CastVote,
    CreateReview,
    EarlierTexts,
    ReviewList,
    ReviewQuery,
    ReviewView,
    UpdateReview,
    VoteView,
    WriteReply,
    WrittenQuery,
)
from firstspawn.servers.errors import NotTheOwner, ServerNotFound
from firstspawn.users.errors import UserNotFound
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

routes = Routes("reviews")
_SHARED = "public, max-age=15"


@routes.get(
    "/servers/{server}/reviews", access=Access.GUEST, errors=(ServerNotFound,), cache=_SHARED
)
def list_server_reviews(request: Request, server: str, query: ReviewQuery) -> ReviewList:
    """List a server's reviews, in several orders; hidden ones are left out."""
    return container().review_lists.of_server(server, query, request.caller)


@routes.get("/users/{user}/reviews", access=Access.GUEST, errors=(UserNotFound,), cache=_SHARED)
def list_user_reviews(request: Request, user: str, query: WrittenQuery) -> ReviewList:
    """List what somebody has written, by time; your hidden ones are shown to you alone.

    With a filter a page may be short, or empty, and yet have a `nextCursor`.
    """
    return container().review_lists.of_user(user, query, request.caller)


@routes.post(
    "/servers/{server}/reviews",
    access=Access.USER,
    verified=True,
    limit=REVIEWS,
    status=201,
    returns=ReviewView,
    errors=(ServerNotFound, OwnServer, AlreadyReviewed, Unavailable),
)
def create_review(request: Request, server: str, body: CreateReview) -> Reply:
    """Review a server, once; never your own. Verified if you have played there for an hour."""
    review, version = container().reviews.create(request.user, server, body)
    return Reply(review, version=version, headers={"Location": f"/api/v1/reviews/{review.id}"})


@routes.get(
    "/reviews/{review}",
    access=Access.GUEST,
    returns=ReviewView,
    errors=(ReviewNotFound,),
    cache=_SHARED,
)
def get_review(request: Request, review: str) -> Reply:
    """Get a review; a hidden one is there for its author and the staff."""
    found, version = container().reviews.get(review, request.caller)
    return Reply(found, version=version)


@routes.patch(
    "/reviews/{review}",
    access=Access.USER,
    verified=True,
    limit=REVIEWS,
    returns=ReviewView,
    errors=(ReviewNotFound, NotTheAuthor, ReviewHidden, Unavailable),
)
def update_review(request: Request, review: str, body: UpdateReview) -> Reply:
    """Edit your review. Honours `If-Match`. Earlier texts are kept for the staff."""
    expected = request.expected_version
    changed, version = container().reviews.update(request.user, review, body, expected)
    return Reply(changed, version=version)


@routes.delete(
    "/reviews/{review}",
    access=Access.USER,
    errors=(ReviewNotFound, NotTheAuthor, ReviewHidden, Unavailable),
)
def delete_review(request: Request, review: str) -> None:
    """Take your review back, with its votes. Honours `If-Match`."""
    container().reviews.delete(request.user, review, request.expected_version)


@routes.get("/reviews/{review}/history", access=Access.MODERATOR, errors=(ReviewNotFound,))
def list_earlier_texts(request: Request, review: str) -> EarlierTexts:  # noqa: ARG001
    """List what a review said before its edits: the last 20, newest first."""
    return container().reviews.earlier_texts(review)


@routes.post(
    "/reviews/{review}/vote",
    access=Access.USER,
    verified=True,
    returns=VoteView,
    errors=(ReviewNotFound, OwnReview, Unavailable),
)
def vote_on_review(request: Request, review: str, body: CastVote) -> VoteView:
    """Say whether a review was helpful, or change your mind; never on your own."""
    return container().review_votes.cast(request.user, review, body.isUpvote)


@routes.delete(
    "/reviews/{review}/vote",
    access=Access.USER,
    errors=(ReviewNotFound, OwnReview, Unavailable),
)
def withdraw_vote(request: Request, review: str) -> None:
    """Take your vote back, there or not."""
    container().review_votes.cast(request.user, review, None)


@routes.post(
    "/reviews/{review}/reply",
    access=Access.OWNER,
    verified=True,
    returns=ReviewView,
    errors=(ReviewNotFound, NotTheOwner, Unavailable),
)
def reply_to_review(request: Request, review: str, body: WriteReply) -> Reply:
    """Answer a review of your server; once more replaces the answer."""
    answered, version = container().reviews.reply(request.user, review, body)
    return Reply(answered, version=version)


@routes.delete(
    "/reviews/{review}/reply",
    access=Access.OWNER,
    errors=(ReviewNotFound, NotTheOwner, Unavailable),
)
def withdraw_reply(request: Request, review: str) -> None:
    """Take your answer back, there or not."""
    container().reviews.withdraw_reply(request.user, review)
