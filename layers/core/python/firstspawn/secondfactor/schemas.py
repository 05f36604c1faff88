"""What goes in and out of second factors."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, RootModel, model_validator

from firstspawn.auth.schemas import AccessGrant, LoginGrant, TokenTransport
from firstspawn.kit.dto import Dto, Input
from firstspawn.passkeys.schemas import AssertionAnswer

Code = Annotated[str, Field(pattern=r"^[0-9]{6}$", examples=["123456"])]
RecoveryCode = Annotated[str, Field(max_length=32, examples=["7KQ2M-9XW4T"])]
_PROOFS = ("password", "code", "recoveryCode", "passkey")


class Method(StrEnum):
    """How somebody may prove who they are; named as the field that carries the proof."""

    PASSWORD = "password"  # noqa: S105 -- a name
    CODE = "code"
    RECOVERY_CODE = "recoveryCode"
    PASSKEY = "passkey"


class Enrolment(Dto):
    """A new secret, shown this once: as base32, and as the address that QR codes carry."""

    secret: str
    uri: str
    expiresIn: int


class ConfirmFactor(Input):
    """The first code that the authenticator shows."""

    code: Code


class RecoveryCodes(Dto):
    """Recovery codes, shown this once. Each works once."""

    recoveryCodes: list[str]


class FactorEnabled(AccessGrant):
    """Recovery codes, and a token to go on with: the other sessions have ended."""

    recoveryCodes: list[str]


class FactorStatus(Dto):
    """Whether logins need a second factor, and how many recovery codes are left."""

    enabled: bool
    confirmedAt: datetime | None = None
    recoveryCodesLeft: int = 0


class FactorProof(Input):
    """One proof: exactly one of the fields. A code is of the authenticator."""

    code: Code | None = None
    recoveryCode: RecoveryCode | None = None
    passkey: AssertionAnswer | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(getattr(self, name, None) is not None for name in _PROOFS) != 1:
            raise ValueError("needs exactly one proof")
        return self


class ShowFactor(FactorProof):
    """The second step of a login. The challenge comes in its cookie if it is left out."""

    challenge: Annotated[str, Field(max_length=512)] | None = None
    tokenTransport: TokenTransport = TokenTransport.COOKIE


class Reauthenticate(FactorProof):
    """Proving again who one is."""

    password: Annotated[str, Field(max_length=128)] | None = None


class DescribeChallenge(Input):
    """Which login goes on; in its cookie if it is left out."""

    challenge: Annotated[str, Field(max_length=512)] | None = None


class FactorChallenge(Dto):
    """What is missing to a login. `passkey` is for `navigator.credentials.get()`."""

    challenge: str | None
    expiresIn: int
    methods: list[Method]
    passkey: dict[str, Any] | None


class FactorRequired(Dto):
    """The password was right; the login goes on at `/auth/second-factor`."""

    secondFactor: FactorChallenge


class LoginAnswer(RootModel[LoginGrant | FactorRequired]):
    """Signed in, or asked for the second factor."""


class ProofOptions(Dto):
    """How the caller may prove again who they are; by none of these: sign in again."""

    methods: list[Method]
    passkey: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Entered:
    """A session was opened: its grant and its refresh token."""

    grant: LoginGrant
    refreshToken: str
