"""Changing one's address."""

from firstspawn.auth import schemas
from firstspawn.auth.errors import (
    EmailNotVerified,
    EmailTaken,
    InvalidEmailToken,
    SignInToConfirm,
)
from firstspawn.errors import ChangedMeanwhile
from firstspawn.kit.dto import Accepted
from firstspawn.ratelimit.policies import AUTH
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.limits import count_mail
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("users")


@routes.post(
    "/users/me/email",
    access=Access.USER,
    status=202,
    scope=None,
    fresh=True,
    errors=(EmailNotVerified,),
    limit=AUTH,
)
def change_email(request: Request, body: schemas.ChangeEmail) -> Accepted:
    """Ask for another address. A link is mailed to it and to the present one; both have to agree.

    The answer is the same whether or not the address has an account.
    """
    count_mail(body.email)
    container().email_changes.ask(request.user, body.email)
    return Accepted()


@routes.delete("/users/me/email", access=Access.USER, scope=None, status=204)
def forget_email_change(request: Request) -> None:
    """Forget the change you asked for; your address stays as it is."""
    container().email_changes.forget(request.user)


@routes.post(
    "/auth/confirm-email-change",
    access=Access.GUEST,
    errors=(InvalidEmailToken, SignInToConfirm, EmailTaken, ChangedMeanwhile),
)
def confirm_email_change(request: Request, body: schemas.VerifyEmail) -> schemas.EmailConfirmed:
    """Follow a mailed link. The second of two moves the account and ends its other sessions.

    Whoever had no address before has to be signed in.
    """
    return container().email_changes.confirm(body.token, request.caller)
