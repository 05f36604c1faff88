"""Whom of the staff a request comes from, as the audit log names them."""

from firstspawn.audit.schemas import Actor
from functions.http.request import Request


def actor(request: Request) -> Actor:
    """The member of the staff that was let in. Raises Unauthenticated on a guest."""
    return Actor(request.user.userId, request.user.role, request.request_id)
