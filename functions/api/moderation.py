"""Moderation: reports, the staff's queue, decisions and appeals."""

from typing import Any

from firstspawn.kit.dto import Accepted
from firstspawn.moderation import errors, schemas
from firstspawn.moderation.rules import Kind
from firstspawn.ratelimit.policies import REPORTS, STAFF
from firstspawn.reviews.errors import ReviewNotFound
from firstspawn.servers.errors import ServerNotFound
from firstspawn.users.errors import UserNotFound
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes
from functions.http.staff import actor

routes = Routes("moderation")

_CASE = "/moderation/cases/{kind}/{subject}"
_REPORTED: dict[str, Any] = {"status": 202, "verified": True, "limit": REPORTS, "scope": None}
_TWICE = (errors.AlreadyReported, errors.OwnContent)
_MISSING = (errors.UnknownKind, ReviewNotFound, ServerNotFound, UserNotFound)
_TAKEN = (errors.CaseNotFound, errors.CaseAssigned, errors.CaseResolved)
_DECIDED = (errors.DecisionNotFound, errors.NotInForce, errors.Outranked)


@routes.post(
    "/reviews/{review}/report", access=Access.USER, errors=(ReviewNotFound, *_TWICE), **_REPORTED
)
def report_review(request: Request, review: str, body: schemas.Report) -> Accepted:
    """Report a review to the staff. Nobody is told that it was you."""
    container().reports.report(request.user, Kind.REVIEW, review, body)
    return Accepted()


@routes.post(
    "/servers/{server}/report", access=Access.USER, errors=(ServerNotFound, *_TWICE), **_REPORTED
)
def report_server(request: Request, server: str, body: schemas.Report) -> Accepted:
    """Report a server to the staff. Nobody is told that it was you."""
    container().reports.report(request.user, Kind.SERVER, server, body)
    return Accepted()


@routes.post(
    "/users/{user}/report", access=Access.USER, errors=(UserNotFound, *_TWICE), **_REPORTED
)
def report_user(request: Request, user: str, body: schemas.Report) -> Accepted:
    """Report a user to the staff. Nobody is told that it was you."""
    container().reports.report(request.user, Kind.USER, user, body)
    return Accepted()


@routes.get("/moderation/queue", access=Access.MODERATOR)
def list_queue(request: Request, query: schemas.QueueQuery) -> schemas.Queue:  # noqa: ARG001
    """List the cases that wait to be decided, the oldest or the most reported first."""
    return container().moderation_queue.list(query)


@routes.get(_CASE, access=Access.MODERATOR, errors=(errors.CaseNotFound,))
def get_case(request: Request, kind: str, subject: str) -> schemas.CaseDetail:  # noqa: ARG001
    """Get a case with its reports, notes and decisions."""
    return container().moderation_queue.case(kind, subject)


@routes.post(_CASE, access=Access.MODERATOR, status=201, errors=_MISSING, limit=STAFF)
def open_case(
    request: Request, kind: str, subject: str, body: schemas.OpenCase
) -> schemas.CaseView:
    """Open a case that nobody has reported, or open one again."""
    return container().moderation_queue.open(actor(request), kind, subject, body)


@routes.post(f"{_CASE}/assignment", access=Access.MODERATOR, errors=_TAKEN, limit=STAFF)
def assign_case(request: Request, kind: str, subject: str) -> schemas.CaseView:
    """Take a case for half an hour: nobody else can decide it then. Again to go on with it."""
    return container().moderation_queue.assign(actor(request), kind, subject)


@routes.delete(f"{_CASE}/assignment", access=Access.MODERATOR, errors=_TAKEN, limit=STAFF)
def release_case(request: Request, kind: str, subject: str) -> None:
    """Leave a case to others; an admin can do so for anybody."""
    container().moderation_queue.release(actor(request), kind, subject)


@routes.post(
    f"{_CASE}/notes",
    access=Access.MODERATOR,
    status=204,
    errors=(errors.CaseNotFound,),
    limit=STAFF,
)
def add_note(request: Request, kind: str, subject: str, body: schemas.WriteNote) -> None:
    """Tell the other staff something about a case."""
    container().moderation_queue.note(actor(request), kind, subject, body)


@routes.post(
    f"{_CASE}/decisions",
    access=Access.MODERATOR,
    fresh=True,
    status=201,
    errors=(*_MISSING, *_TAKEN, errors.Outranked),
    limit=STAFF,
)
def decide_case(
    request: Request, kind: str, subject: str, body: schemas.Decide
) -> schemas.DecisionView:
    """Decide a case. Whom it affects is mailed the reason, and how to appeal."""
    return container().moderation.decide(actor(request), kind, subject, body)


@routes.post(
    "/moderation/decisions/{decision}/revert",
    access=Access.MODERATOR,
    fresh=True,
    errors=_DECIDED,
    limit=STAFF,
)
def revert_decision(request: Request, decision: str, body: schemas.Revoke) -> schemas.DecisionView:
    """Take a decision back; an appeal against it is accepted by that."""
    return container().moderation.revert(actor(request), decision, body)


@routes.post(
    "/moderation/decisions/{decision}/uphold",
    access=Access.MODERATOR,
    fresh=True,
    errors=(errors.DecisionNotFound, errors.NoAppeal, errors.OwnDecision, errors.Outranked),
    limit=STAFF,
)
def uphold_decision(request: Request, decision: str, body: schemas.Revoke) -> schemas.DecisionView:
    """Reject an appeal; not against a decision of your own."""
    return container().moderation.uphold(actor(request), decision, body)


@routes.post(
    "/moderation/appeals",
    access=Access.GUEST,
    status=202,
    errors=(errors.InvalidAppeal, errors.NotInForce),
)
def appeal(request: Request, body: schemas.WriteAppeal) -> Accepted:  # noqa: ARG001
    """Appeal against a decision with the token of its mail, once; also without signing in."""
    container().appeals.appeal(body)
    return Accepted()
