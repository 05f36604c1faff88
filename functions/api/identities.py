"""Accounts elsewhere."""

from firstspawn.errors import ChangedMeanwhile
from firstspawn.identities.errors import IdentityNotFound, LastWayToSignIn, UnknownPlatform
from firstspawn.identities.schemas import IdentityList
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("identities")


@routes.get("/identities", access=Access.USER)
def list_identities(request: Request) -> IdentityList:
    """List your accounts elsewhere."""
    return container().identities.list(request.user)


@routes.delete(
    "/identities/{platform}",
    access=Access.USER,
    errors=(UnknownPlatform, IdentityNotFound, LastWayToSignIn, ChangedMeanwhile),
)
def unlink_identity(request: Request, platform: str) -> None:
    """Unlink a platform; never your last way to sign in."""
    container().identities.unlink(request.user, platform)
