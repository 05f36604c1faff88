"""What can go wrong when signing in."""

from firstspawn.auth.proof import Proof
from firstspawn.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound, Unauthenticated


class WrongCredentials(Unauthenticated):
    """Unknown address or wrong password: which of the two is not said."""

    code = "invalid_credentials"
    title = "E-mail address or password is wrong"


class SecondFactorNeeded(Unauthenticated):
    """Who is signing in has proven one factor, and the account has two. `proof` is what is proven.

    Views answer it with a challenge; uncaught it is a plain refusal.
    """

    code = "second_factor_required"
    title = "The second factor is missing"

    def __init__(self, proof: Proof) -> None:
        super().__init__()
        self.proof = proof


class InvalidChallenge(Forbidden):
    """The challenge is forged, too old, used, of another purpose, or was tried too often."""

    code = "invalid_challenge"
    title = "Begin again: the challenge is not valid any more"


class ReauthenticationRequired(Unauthenticated):
    """Signed in, but too long ago for this: RFC 9470's step-up challenge."""

    code = "reauthentication_required"
    title = "Prove again who you are"

    def __init__(self, seconds: int) -> None:
        super().__init__(maxAgeSeconds=seconds)
        self.headers["WWW-Authenticate"] += (
            f', error="insufficient_user_authentication", max_age="{seconds}"'
        )


class WrongPassword(Forbidden):
    """The current password is wrong, although somebody is signed in."""

    code = "wrong_password"
    title = "The current password is wrong"


class PasswordBreached(Invalid):
    """The new password was found in a breach of somebody's: thieves try it first."""

    code = "password_breached"
    title = "This password has leaked"

    def __init__(self, field: str) -> None:
        message = "was found in a data breach of another site: choose another one"
        super().__init__([{"field": field, "message": message}])


class NoPassword(Conflict):
    """The account was made by another way to sign in: a forgotten password's link sets one."""

    code = "no_password"
    title = "The account has no password yet"


class InvalidAccessToken(Unauthenticated):
    """The access token is malformed, forged, or for somebody else's API."""

    code = "invalid_token"
    title = "The access token is not valid"


class AccessTokenExpired(Unauthenticated):
    """The access token was good and is too old: refresh it."""

    code = "token_expired"
    title = "The access token has expired"


class InvalidRefreshToken(Unauthenticated):
    """The refresh token is malformed, forged, expired, or its session has ended."""

    code = "invalid_refresh_token"
    title = "The session has ended"


class RefreshTokenReused(Unauthenticated):
    """The refresh token was used before, so it was stolen or leaked: its session is ended."""

    code = "refresh_token_reused"
    title = "The session was ended because its token was used twice"


class InvalidEmailToken(BadRequest):
    """The mailed token is unknown, used or too old."""

    code = "invalid_or_expired_token"
    title = "The link is not valid any more"


class EmailNotVerified(Forbidden):
    """The account's address is to be verified before it can do this."""

    code = "email_not_verified"
    title = "Verify your e-mail address first"


class EmailTaken(Conflict):
    """The address, which its owner has just proven, is another account's."""

    code = "email_taken"
    title = "This address has an account already"


class SignInToConfirm(Unauthenticated):
    """Nobody but the account's owner can say that this address is theirs."""

    code = "sign_in_to_confirm"
    title = "Sign in, then follow the link again"


class SessionNotFound(NotFound):
    """No such session of this user."""

    code = "session_not_found"
    title = "No such session"
