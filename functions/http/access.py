"""Who may call a route. Every route declares it; without a declaration there is no route."""

from dataclasses import replace
from enum import StrEnum

from firstspawn.apitokens.errors import InsufficientScope, TokenNotAllowed
from firstspawn.apitokens.schemas import is_api_token
from firstspawn.apitokens.scopes import scope_of
from firstspawn.errors import Forbidden, Unauthenticated
from firstspawn.kit.clock import rfc3339
from firstspawn.plugins.schemas import SignedCall
from firstspawn.users.schemas import Caller, OwnUser
from firstspawn.wiring import container
from functions.http.request import Request

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_SCHEME = "bearer "
_NEVER_BY_TOKEN = {"auth"}
# What any API token may do: what guests may.
PUBLIC = ""


class Access(StrEnum):
    """The least a caller must be. OWNER also leaves the check of the resource to its service.

    Plugins sign their calls; an unverified one is new, or has to be updated.
    """

    GUEST = "guest"
    USER = "user"
    OWNER = "owner"
    MODERATOR = "moderator"
    ADMIN = "admin"
    PLUGIN = "plugin"
    UNVERIFIED_PLUGIN = "unverified plugin"


PLUGINS = {Access.PLUGIN, Access.UNVERIFIED_PLUGIN}
STAFF = {Access.MODERATOR: {"MODERATOR", "ADMIN"}, Access.ADMIN: {"ADMIN"}}


def default_scope(tag: str, method: str, access: Access) -> str | None:
    """The scope of a route that declares none: of its tag's reads or writes.

    Public reads need none. Signing in, the staff's work, plugins' calls and the writes whose proof
    is in their body take no API token. Raises ValueError if the tag has no such scope.
    """
    if tag in _NEVER_BY_TOKEN or access in STAFF or access in PLUGINS:
        return None
    if access is Access.GUEST:
        return PUBLIC if method == "GET" else None
    return scope_of(tag, method)


def admit(
    request: Request, access: Access, *, verified: bool, scope: str | None, fresh: bool = False
) -> None:
    """Set `request.caller` (or `request.signer`) or raise Unauthenticated or Forbidden.

    A read trusts the access token alone: no call to the table. A write, everything of the staff's
    and every use of an API token reads the account once, so that a ban, a lost role or a logout
    counts at once: an API token outlives any access token.
    `fresh` asks for a recent proof of who is asking, which the access token tells: no call.
    A guest needs no token, but a read with one that has expired is refused, so that the client
    refreshes it; a guest's write (a refresh, a logout, a webhook) brings its own proof.
    """
    if access in PLUGINS:
        _admit_plugin(request, unverified=access is Access.UNVERIFIED_PLUGIN)
        return
    caller = _caller(request, scope, lenient=access is Access.GUEST)
    if access is not Access.GUEST and caller is None:
        raise Unauthenticated
    if caller is None:
        return
    is_read = request.method in _SAFE_METHODS
    is_trusted = access is Access.GUEST or (is_read and access not in STAFF)
    if caller.is_program or not is_trusted:
        caller = _standing(caller, access, verified=verified and not is_trusted)
    if caller.scopes is not None and scope and scope not in caller.scopes:
        raise InsufficientScope(scope)
    if fresh:
        container().access_tokens.require_fresh(caller)
    request.caller = caller


def tell_time(request: Request, access: Access) -> None:
    """Whatever is answered to a plugin, it can set its clock by it."""
    if access in PLUGINS:
        request.notes["X-FirstSpawn-Time"] = str(round(container().clock().timestamp() * 1000))


def _admit_plugin(request: Request, *, unverified: bool) -> None:
    call = SignedCall(
        request.method,
        request.path,
        request.raw_query,
        request.headers,
        request.body,
        request.source_ip,
    )
    request.signer = container().plugin_authenticator.authenticate(call, unverified=unverified)
    request.log["pluginId"] = request.signer.pluginId


def _standing(caller: Caller, access: Access, *, verified: bool) -> Caller:
    account = container().users.standing(caller)
    if account.isBanned:
        raise _banned(account)
    if access in STAFF and account.role not in STAFF[access]:
        raise Forbidden
    if verified and not account.emailVerified:
        raise Forbidden("verify your e-mail address first", code="email_not_verified")
    return replace(caller, tier=account.tier, role=account.role)


def _banned(account: OwnUser) -> Forbidden:
    """Says why, and until when (null: for good)."""
    until = rfc3339(account.bannedUntil) if account.bannedUntil else None
    reason = account.banReason
    return Forbidden("this account is banned", code="banned", bannedUntil=until, reason=reason)


def _caller(request: Request, scope: str | None, *, lenient: bool) -> Caller | None:
    """Whom the request's token names. Raises Unauthenticated, TokenNotAllowed."""
    try:
        secret = _bearer(request)
        if secret is None:
            return None
        if not is_api_token(secret):
            return container().access_tokens.read(secret)
    except Unauthenticated:
        if lenient and request.method not in _SAFE_METHODS:
            return None
        raise
    if scope is None:
        raise TokenNotAllowed
    caller = container().api_tokens.use(secret)
    request.log["tokenId"] = caller.tokenId
    return caller


def _bearer(request: Request) -> str | None:
    header = request.headers.get("authorization", "")
    if not header:
        return None
    if not header.lower().startswith(_SCHEME):
        raise Unauthenticated(code="unsupported_scheme")
    return header[len(_SCHEME) :].strip()
