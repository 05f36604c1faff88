"""Accounts elsewhere."""

from firstspawn.auth.errors import ReauthenticationRequired
from firstspawn.errors import ChangedMeanwhile
from firstspawn.identities.errors import IdentityNotFound, LastWayToSignIn, UnknownPlatform
from firstspawn.identities.schemas import SIGN_IN, IdentityList, LinkStarted
from firstspawn.identities.service import platform_named
from firstspawn.oauth.errors import ProviderDown, ProviderNotConfigured
from firstspawn.oauth.schemas import ATTEMPT_SECONDS, StartLink
from firstspawn.wiring import container
from functions.http import cookies
from functions.http.access import Access
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

routes = Routes("identities")


@routes.get("/identities", access=Access.USER)
def list_identities(request: Request) -> IdentityList:
    """List your accounts elsewhere."""
    return container().identities.list(request.user)


@routes.post(
    "/identities/link/{platform}",
    access=Access.USER,
    status=201,
    scope=None,
    returns=LinkStarted,
    errors=(
        UnknownPlatform, ProviderNotConfigured, ProviderDown, ChangedMeanwhile,
        ReauthenticationRequired,
    ),
)  # fmt: skip
def start_link(request: Request, platform: str, body: StartLink) -> Reply:
    """Begin to link a platform: an address for the browser, or a code to type in the game.

    What one can sign in with demands a recent proof of who you are.
    """
    named = platform_named(platform)
    if named not in SIGN_IN:
        return Reply(container().link_codes.issue(request.user, named))
    container().access_tokens.require_fresh(request.user)
    started = container().oauth.start(named.lower(), body.returnTo, request.user)
    grant = LinkStarted(url=started.url, expiresIn=ATTEMPT_SECONDS)
    return Reply(grant, cookies=[cookies.browser_cookie(started.browser)])


@routes.delete(
    "/identities/{platform}",
    access=Access.USER,
    scope=None,
    errors=(
        UnknownPlatform, IdentityNotFound, LastWayToSignIn, ChangedMeanwhile,
        ReauthenticationRequired,
    ),
)  # fmt: skip
def unlink_identity(request: Request, platform: str) -> None:
    """Unlink a platform; never your last way to sign in.

    What one can sign in with demands a recent proof of who you are.
    """
    if platform_named(platform) in SIGN_IN:
        container().access_tokens.require_fresh(request.user)
    container().identities.unlink(request.user, platform)
