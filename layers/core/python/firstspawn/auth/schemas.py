"""What goes in and out of signing in."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from firstspawn.auth.passwords import check_password_rules
from firstspawn.kit.dto import Dto, Input
from firstspawn.users.schemas import OwnUser, Username


def normal_email(address: str) -> str:
    """Check an address's form and fold it to the ASCII spelling accounts are keyed by.

    The part before the @ must be ASCII: SES sends to no other, and look-alikes of somebody's
    address are none. The domain becomes IDNA; it is not looked up, because a mail that must be
    answered proves more. Raises ValueError.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise ValueError("not a valid e-mail address") from None
    return (checked.ascii_email or checked.normalized).lower()


class TokenTransport(StrEnum):
    """How the refresh token travels: in a cookie scripts cannot read, or in the body."""

    COOKIE = "cookie"
    BODY = "body"


Email = Annotated[
    str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(normal_email)
]
NewPassword = Annotated[
    str,
    Field(
        min_length=8,
        max_length=128,
        description="8 to 128 characters with an upper case letter, a lower case letter, a digit",
    ),
    AfterValidator(check_password_rules),
]


class Register(Input):
    """A new account."""

    email: Email
    password: NewPassword
    username: Username


class Login(Input):
    """Signing in. The password is only bounded here: rules are for new ones."""

    email: Email
    password: Annotated[str, Field(max_length=128)]
    tokenTransport: TokenTransport = TokenTransport.COOKIE


class VerifyEmail(Input):
    """The token of a mailed link."""

    token: Annotated[str, Field(max_length=128)]


class ResendVerification(Input):
    """Where to send another link."""

    email: Email


class ForgotPassword(Input):
    """Where to send the link."""

    email: Email


class ResetPassword(Input):
    """The token of a mailed link, and what the password shall be."""

    token: Annotated[str, Field(max_length=128)]
    password: NewPassword


class ChangePassword(Input):
    """The password that is, and the one that shall be."""

    currentPassword: Annotated[str, Field(max_length=128)]
    newPassword: NewPassword


class ChangeEmail(Input):
    """The address that shall be."""

    email: Email


class EmailConfirmed(Dto):
    """`waiting` for the link at the other address, or `changed`."""

    status: Literal["waiting", "changed"]


class Refresh(Input):
    """The refresh token, unless it comes in the cookie."""

    refreshToken: Annotated[str, Field(max_length=512)] | None = None


class AccessGrant(Dto):
    """A new access token. `refreshToken` is only there for the transport `body`."""

    accessToken: str
    tokenType: str = "Bearer"
    expiresIn: int
    refreshToken: str | None = None


class LoginGrant(AccessGrant):
    """An access token and whose it is."""

    user: OwnUser


class SessionView(Dto):
    """One login, as its owner sees it."""

    id: str
    userAgent: str | None
    ipAddress: str | None
    createdAt: datetime
    lastUsedAt: datetime
    expiresAt: datetime
    current: bool


class SessionList(Dto):
    """All logins, the last used first."""

    items: list[SessionView]
    nextCursor: str | None = None
