"""Passkeys: signing in with them, and keeping them."""

from firstspawn.auth.errors import InvalidChallenge, WrongCredentials
from firstspawn.auth.schemas import LoginGrant
from firstspawn.auth.service import Device
from firstspawn.errors import ChangedMeanwhile
from firstspawn.identities.errors import LastWayToSignIn, NotLinkable
from firstspawn.passkeys import schemas
from firstspawn.passkeys.errors import (
    InvalidPasskey,
    PasskeyLimit,
    PasskeyNotFound,
    PasskeyNotRegistered,
    PasskeyTaken,
)
from firstspawn.wiring import container
from functions.http import cookies
from functions.http.access import Access
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

routes = Routes("auth")


@routes.post("/auth/login/passkey/options", access=Access.GUEST)
def get_passkey_login_options(request: Request) -> schemas.PasskeyOptions:  # noqa: ARG001
    """Get what `navigator.credentials.get()` takes to sign in with any passkey of this site."""
    return container().passkeys.sign_in_options()


@routes.post(
    "/auth/login/passkey",
    access=Access.GUEST,
    returns=LoginGrant,
    errors=(InvalidPasskey, InvalidChallenge, WrongCredentials),
)
def login_with_passkey(request: Request, body: schemas.PasskeyLogin) -> Reply:
    """Sign in with a passkey alone. It counts as both factors."""
    device = Device(request.user_agent, request.source_ip)
    grant, token = container().passkeys.sign_in(body, device)
    return cookies.granted(grant, token, body.tokenTransport)


@routes.get("/auth/passkeys", access=Access.USER)
def list_passkeys(request: Request) -> schemas.PasskeyList:
    """List your passkeys."""
    return container().passkeys.list(request.user)


@routes.post("/auth/passkeys/options", access=Access.USER, fresh=True, errors=(PasskeyLimit,))
def get_passkey_options(request: Request) -> schemas.PasskeyOptions:
    """Get what `navigator.credentials.create()` takes to make a passkey."""
    return container().passkeys.registration_options(request.user)


@routes.post(
    "/auth/passkeys",
    access=Access.USER,
    fresh=True,
    status=201,
    errors=(
        InvalidChallenge, PasskeyNotRegistered, PasskeyTaken, PasskeyLimit, NotLinkable,
        ChangedMeanwhile,
    ),
)  # fmt: skip
def register_passkey(request: Request, body: schemas.RegisterPasskey) -> schemas.PasskeyView:
    """Keep a passkey that the browser has made."""
    return container().passkeys.register(request.user, body)


@routes.patch("/auth/passkeys/{passkey}", access=Access.USER, errors=(PasskeyNotFound,))
def rename_passkey(
    request: Request, passkey: str, body: schemas.RenamePasskey
) -> schemas.PasskeyView:
    """Give a passkey another name."""
    return container().passkeys.rename(request.user, passkey, body)


@routes.delete(
    "/auth/passkeys/{passkey}",
    access=Access.USER,
    fresh=True,
    errors=(PasskeyNotFound, LastWayToSignIn, ChangedMeanwhile),
)
def remove_passkey(request: Request, passkey: str) -> None:
    """Remove a passkey; never your last way to sign in. End its sessions at `/auth/sessions`."""
    container().passkeys.remove(request.user, passkey)
