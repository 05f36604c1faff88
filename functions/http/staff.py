"""Whom of the staff a request comes from, and how their deeds get into the audit log."""

from collections.abc import Callable
from typing import Any

from firstspawn.audit.schemas import Act, Actor, Note
from firstspawn.wiring import container
from functions.http.request import Request


def actor(request: Request) -> Actor:
    """The member of the staff that was let in. Raises Unauthenticated on a guest."""
    return Actor(request.user.userId, request.user.role, request.request_id)


def noting(
    request: Request,
    action: str,
    subject: str,
    reason: str | None = None,
    after: dict[str, Any] | None = None,
) -> Note:
    """What notes a deed of the caller's in the transaction that does it."""
    return container().audit.noting(Act(actor(request), action, subject, reason, {}, after or {}))


def noting_others(
    request: Request, action: str, after: dict[str, Any] | None = None, subject: str | None = None
) -> Callable[[str], Note]:
    """What notes a deed about a server, by its id, if the caller turns out to be of the staff
    and not its owner. `subject` is what it was done to, unless that is the server."""
    return lambda server_id: noting(request, action, subject or f"server:{server_id}", after=after)
