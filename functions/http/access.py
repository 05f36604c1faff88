"""Who may call a route. Every route declares it; without a declaration there is no route."""

from dataclasses import replace
from enum import StrEnum

from firstspawn.errors import Forbidden, Unauthenticated
from firstspawn.users.schemas import Caller
from firstspawn.wiring import container
from functions.http.request import Request

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_SCHEME = "bearer "


class Access(StrEnum):
    """The least a caller must be. OWNER also leaves the check of the resource to its service."""

    GUEST = "guest"
    USER = "user"
    OWNER = "owner"
    MODERATOR = "moderator"
    ADMIN = "admin"
    PLUGIN = "plugin"


STAFF = {Access.MODERATOR: {"MODERATOR", "ADMIN"}, Access.ADMIN: {"ADMIN"}}


def admit(request: Request, access: Access, *, verified: bool) -> None:
    """Set `request.caller` or raise Unauthenticated or Forbidden.

    A read trusts the access token alone: no call to the table. A write, and everything of the
    staff's, reads the account once, so that a ban, a lost role or a logout counts at once.
    A guest needs no token, but a read with one that has expired is refused, so that the client
    refreshes it; a guest's write (a refresh, a logout, a webhook) brings its own proof.
    """
    if access is Access.GUEST:
        request.caller = _caller_if_any(request)
        return
    caller = _caller(request)
    if access is Access.PLUGIN or caller is None:
        raise Unauthenticated
    if request.method not in _SAFE_METHODS or access in STAFF:
        account = container().users.standing(caller)
        if account.isBanned:
            raise Forbidden("this account is banned", code="banned")
        if access in STAFF and account.role not in STAFF[access]:
            raise Forbidden
        if verified and not account.emailVerified:
            raise Forbidden("verify your e-mail address first", code="email_not_verified")
        caller = replace(caller, tier=account.tier)
    request.caller = caller


def _caller_if_any(request: Request) -> Caller | None:
    if request.method in _SAFE_METHODS:
        return _caller(request)
    try:
        return _caller(request)
    except Unauthenticated:
        return None


def _caller(request: Request) -> Caller | None:
    header = request.headers.get("authorization", "")
    if not header:
        return None
    if not header.lower().startswith(_SCHEME):
        raise Unauthenticated(code="unsupported_scheme")
    return container().access_tokens.read(header[len(_SCHEME) :].strip())
