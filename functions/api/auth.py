"""Registration, logins, sessions."""

from firstspawn.auth import schemas
from firstspawn.auth.errors import (
    InvalidEmailToken,
    InvalidRefreshToken,
    PasswordBreached,
    RefreshTokenReused,
    SessionNotFound,
    WrongCredentials,
)
from firstspawn.auth.service import Device
from firstspawn.kit.dto import Accepted
from firstspawn.ratelimit.policies import WRITES
from firstspawn.secondfactor.schemas import Entered, LoginAnswer
from firstspawn.users.errors import UsernameTaken
from firstspawn.wiring import container
from functions.http import cookies
from functions.http.access import Access
from functions.http.limits import count_mail
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

routes = Routes("auth")


@routes.post(
    "/auth/register", access=Access.GUEST, status=202, errors=(UsernameTaken, PasswordBreached)
)
def register(request: Request, body: schemas.Register) -> Accepted:  # noqa: ARG001
    """Register. The answer is the same whether or not the address has an account."""
    count_mail(body.email)
    container().registration.register(body)
    return Accepted()


@routes.post("/auth/verify-email", access=Access.GUEST, status=204, errors=(InvalidEmailToken,))
def verify_email(request: Request, body: schemas.VerifyEmail) -> None:  # noqa: ARG001
    """Verify an address with the token of the mailed link."""
    container().registration.verify_email(body.token)


@routes.post("/auth/resend-verification", access=Access.GUEST, status=202)
def resend_verification(
    request: Request,  # noqa: ARG001
    body: schemas.ResendVerification,
) -> Accepted:
    """Mail another verification link, if the address waits for one."""
    count_mail(body.email)
    container().registration.resend_verification(body.email)
    return Accepted()


@routes.post("/auth/login", access=Access.GUEST, returns=LoginAnswer, errors=(WrongCredentials,))
def login(request: Request, body: schemas.Login) -> Reply:
    """Sign in with address and password.

    An account with a second factor gets no tokens but `secondFactor`: what `/auth/second-factor`
    takes.
    """
    device = Device(request.user_agent, request.source_ip)
    answer = container().two_step_login.login(body, device)
    if not isinstance(answer, Entered):
        return Reply(answer)
    return cookies.granted(answer.grant, answer.refreshToken, body.tokenTransport)


@routes.post(
    "/auth/refresh",
    access=Access.GUEST,
    returns=schemas.AccessGrant,
    errors=(InvalidRefreshToken, RefreshTokenReused),
)
def refresh(request: Request, body: schemas.Refresh) -> Reply:
    """Trade the refresh token (cookie or body) for new tokens. Each works once."""
    token, transport = cookies.refresh_token(request, body.refreshToken)
    grant, new = container().auth.refresh(token)
    return cookies.granted(grant, new, transport)


@routes.post("/auth/logout", access=Access.GUEST, status=204, limit=WRITES)
def logout(request: Request, body: schemas.Refresh) -> Reply:
    """End the session of the refresh token, or else of the access token."""
    token, _ = cookies.refresh_token(request, body.refreshToken)
    container().auth.logout(token, request.caller)
    return Reply(status=204, cookies=[cookies.no_refresh_cookie()])


@routes.post("/auth/logout-all", access=Access.USER, status=204)
def logout_all(request: Request) -> Reply:
    """End all of your sessions."""
    container().auth.logout_all(request.user)
    return Reply(status=204, cookies=[cookies.no_refresh_cookie()])


@routes.get("/auth/sessions", access=Access.USER)
def list_sessions(request: Request) -> schemas.SessionList:
    """List your sessions."""
    return container().auth.sessions(request.user)


@routes.delete("/auth/sessions/{session}", access=Access.USER, errors=(SessionNotFound,))
def revoke_session(request: Request, session: str) -> None:
    """End one of your sessions."""
    container().auth.revoke(request.user, session)
