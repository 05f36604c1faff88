"""Passwords: forgotten, set, changed."""

from firstspawn.auth import schemas
from firstspawn.auth.errors import (
    InvalidEmailToken,
    NoPassword,
    PasswordBreached,
    ReauthenticationRequired,
    WrongPassword,
)
from firstspawn.errors import ChangedMeanwhile
from firstspawn.kit.dto import Accepted
from firstspawn.wiring import container
from functions.http import cookies
from functions.http.access import Access
from functions.http.limits import count_mail
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

routes = Routes("auth")


@routes.post("/auth/forgot-password", access=Access.GUEST, status=202)
def forgot_password(request: Request, body: schemas.ForgotPassword) -> Accepted:  # noqa: ARG001
    """Mail a link to set a password. The answer is the same for an address without an account."""
    count_mail(body.email)
    container().credentials.forgot(body.email)
    return Accepted()


@routes.post(
    "/auth/reset-password",
    access=Access.GUEST,
    status=204,
    errors=(InvalidEmailToken, PasswordBreached, ChangedMeanwhile),
)
def reset_password(request: Request, body: schemas.ResetPassword) -> Reply:  # noqa: ARG001
    """Set a password with the token of the mailed link, and end all sessions.

    The link proves the address: an unverified account is verified by it.
    """
    container().credentials.reset(body)
    return Reply(status=204, cookies=[cookies.no_refresh_cookie()])


@routes.post(
    "/auth/change-password",
    access=Access.USER,
    errors=(
        NoPassword, ReauthenticationRequired, WrongPassword, PasswordBreached, ChangedMeanwhile,
    ),
)  # fmt: skip
def change_password(request: Request, body: schemas.ChangePassword) -> schemas.AccessGrant:
    """Change your password, and end your other sessions.

    Go on with the new access token; the refresh token stays as it is. If your second factor is on,
    you have to have shown it within ten minutes.
    """
    return container().credentials.change(request.user, body)
