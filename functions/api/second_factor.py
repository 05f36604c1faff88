"""The second factor: set up, shown at a login; and proving again who one is."""

from firstspawn.auth.errors import InvalidChallenge, NoPassword, WrongCredentials, WrongPassword
from firstspawn.auth.schemas import AccessGrant, LoginGrant
from firstspawn.auth.service import Device
from firstspawn.errors import ChangedMeanwhile
from firstspawn.identities.errors import NotLinkable
from firstspawn.passkeys.errors import InvalidPasskey
from firstspawn.ratelimit.policies import AUTH
from firstspawn.secondfactor import schemas
from firstspawn.secondfactor.errors import (
    NoSecondFactor,
    NothingToConfirm,
    PasswordNotEnough,
    WrongCode,
)
from firstspawn.wiring import container
from functions.http import cookies
from functions.http.access import Access
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

routes = Routes("auth")


@routes.post(
    "/auth/second-factor",
    access=Access.GUEST,
    returns=LoginGrant,
    errors=(InvalidChallenge, WrongCode, InvalidPasskey, NoSecondFactor, WrongCredentials),
)
def show_second_factor(request: Request, body: schemas.ShowFactor) -> Reply:
    """Finish a login: with a code, a recovery code or a passkey. A challenge takes five tries."""
    challenge, _ = cookies.challenge(request, body.challenge)
    device = Device(request.user_agent, request.source_ip)
    entered = container().two_step_login.finish(challenge, body, device)
    reply = cookies.granted(entered.grant, entered.refreshToken, body.tokenTransport)
    reply.cookies = [*reply.cookies, cookies.no_challenge_cookie()]
    return reply


@routes.post("/auth/second-factor/challenge", access=Access.GUEST, errors=(InvalidChallenge,))
def describe_challenge(request: Request, body: schemas.DescribeChallenge) -> schemas.FactorRequired:
    """Ask what a login can go on with, after `?secondFactor=`: the challenge is in its cookie."""
    challenge, in_cookie = cookies.challenge(request, body.challenge)
    described = container().two_step_login.describe(challenge)
    if in_cookie:
        described.secondFactor.challenge = None
    return described


@routes.get("/auth/second-factor", access=Access.USER)
def get_second_factor(request: Request) -> schemas.FactorStatus:
    """Tell whether your second factor is on."""
    return container().second_factor.status(request.user)


@routes.post(
    "/auth/second-factor/totp", access=Access.USER, fresh=True, status=201, errors=(NotLinkable,)
)
def enrol_totp(request: Request) -> schemas.Enrolment:
    """Get a secret for your authenticator app; nothing changes before you confirm it."""
    return container().second_factor.enrol(request.user)


@routes.post(
    "/auth/second-factor/totp/confirm",
    access=Access.USER,
    fresh=True,
    limit=AUTH,
    errors=(NothingToConfirm, WrongCode, ChangedMeanwhile),
)
def confirm_totp(request: Request, body: schemas.ConfirmFactor) -> schemas.FactorEnabled:
    """Turn the second factor on with a first code, and end your other sessions and API tokens.

    Go on with the new access token; keep the recovery codes, they are shown this once.
    """
    return container().second_factor.confirm(request.user, body.code)


@routes.delete(
    "/auth/second-factor",
    access=Access.USER,
    fresh=True,
    status=200,
    errors=(NoSecondFactor, ChangedMeanwhile),
)
def turn_second_factor_off(request: Request) -> AccessGrant:
    """Turn the second factor off, and end your other sessions and API tokens."""
    return container().second_factor.turn_off(request.user)


@routes.post(
    "/auth/second-factor/recovery-codes",
    access=Access.USER,
    fresh=True,
    errors=(NoSecondFactor,),
)
def renew_recovery_codes(request: Request) -> schemas.RecoveryCodes:
    """Get new recovery codes; the old ones stop working."""
    return container().second_factor.renew_recovery(request.user)


@routes.post("/auth/reauthenticate/options", access=Access.USER)
def get_proof_options(request: Request) -> schemas.ProofOptions:
    """Ask how you can prove again who you are. Sign in again if there is no way."""
    return container().reauthentication.options(request.user)


@routes.post(
    "/auth/reauthenticate",
    access=Access.USER,
    limit=AUTH,
    errors=(
        WrongPassword, NoPassword, PasswordNotEnough, WrongCode, NoSecondFactor, InvalidPasskey,
        InvalidChallenge,
    ),
)  # fmt: skip
def reauthenticate(request: Request, body: schemas.Reauthenticate) -> AccessGrant:
    """Prove again who you are: with the new access token, for ten minutes, you may do more.

    If your second factor is on, the password alone is not enough.
    """
    return container().reauthentication.reauthenticate(request.user, body)
