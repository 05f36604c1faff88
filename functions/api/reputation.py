"""Reputation: one's own ledger, others' balances, adjustments by hand."""

from firstspawn.kit.dto import Page
from firstspawn.reputation.errors import CauseUsed
from firstspawn.reputation.schemas import Adjust, Ledger, ReputationSummary
from firstspawn.users.errors import UserNotFound
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes
from functions.http.staff import actor

routes = Routes("users")


@routes.get("/users/me/reputation", access=Access.USER)
def get_own_ledger(request: Request, query: Page) -> Ledger:
    """List what your reputation is made of, the newest first."""
    return container().reputation.ledger(request.user, query)


@routes.get(
    "/users/{user}/reputation",
    access=Access.GUEST,
    errors=(UserNotFound,),
    cache="public, max-age=30",
)
def get_reputation(request: Request, user: str) -> ReputationSummary:  # noqa: ARG001
    """Get somebody's reputation and what it is made of, by id or user name."""
    return container().reputation.summary(user)


@routes.post(
    "/users/{user}/reputation",
    access=Access.ADMIN,
    status=201,
    errors=(UserNotFound, CauseUsed),
    fresh=True,
)
def adjust_reputation(request: Request, user: str, body: Adjust) -> ReputationSummary:
    """Give or take points by hand; honours `Idempotency-Key`. Noted in the audit log."""
    key = request.headers.get("idempotency-key")
    return container().reputation.adjust(actor(request), user, body, key)
