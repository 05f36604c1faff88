"""What goes in and out of passkeys.

An answer is what a browser's `PublicKeyCredential.toJSON()` makes, so unknown fields are ignored:
browsers add some.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from firstspawn.auth.schemas import TokenTransport
from firstspawn.kit.dto import Dto, Input
from firstspawn.kit.text import clean

CredentialId = Annotated[str, Field(max_length=1400, pattern=r"^[A-Za-z0-9_-]+$")]
Encoded = Annotated[str, Field(max_length=4096)]


def _readable(name: str) -> str:
    name = clean(name)
    if not name:
        raise ValueError("needs a character that can be seen")
    return name


PasskeyName = Annotated[str, Field(max_length=64, examples=["My phone"]), AfterValidator(_readable)]


class _FromBrowser(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="ignore", defer_build=True, frozen=True, hide_input_in_errors=True
    )


class AttestationFields(_FromBrowser):
    """What an authenticator says of a key it has made."""

    clientDataJSON: Encoded
    attestationObject: Annotated[str, Field(max_length=16384)]


class AssertionFields(_FromBrowser):
    """What an authenticator signed."""

    clientDataJSON: Encoded
    authenticatorData: Encoded
    signature: Encoded
    userHandle: Annotated[str, Field(max_length=128)] | None = None


class Attestation(_FromBrowser):
    """The answer of `navigator.credentials.create()`, as JSON."""

    id: CredentialId
    rawId: CredentialId
    type: Annotated[str, Field(max_length=32)]
    response: AttestationFields


class AssertionAnswer(_FromBrowser):
    """The answer of `navigator.credentials.get()`, as JSON."""

    id: CredentialId
    rawId: CredentialId
    type: Annotated[str, Field(max_length=32)]
    response: AssertionFields


class RegisterPasskey(Input):
    """A passkey and what its owner calls it."""

    name: PasskeyName
    credential: Attestation


class RenamePasskey(Input):
    """Another name."""

    name: PasskeyName


class PasskeyLogin(Input):
    """Signing in with a passkey alone."""

    credential: AssertionAnswer
    tokenTransport: TokenTransport = TokenTransport.COOKIE


class PasskeyOptions(Dto):
    """`publicKey` is for `PublicKeyCredential.parse...OptionsFromJSON()`; good for 5 minutes."""

    publicKey: dict[str, Any]


class PasskeyView(Dto):
    """A passkey, as its owner sees it. `aaguid` tells the kind of authenticator."""

    id: str
    name: str
    aaguid: str
    isBackedUp: bool
    createdAt: datetime
    lastUsedAt: datetime | None


class PasskeyList(Dto):
    """All passkeys, in no particular order."""

    items: list[PasskeyView]
    nextCursor: str | None = None
