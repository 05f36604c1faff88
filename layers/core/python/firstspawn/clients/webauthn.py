"""WebAuthn's two ceremonies, through the library of that name, which is imported when one is held.

A passkey's answer is JSON as browsers write it (`PublicKeyCredential.toJSON()`). It is untrusted:
whatever is wrong with it, it is refused with one error.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from firstspawn.kit.encoding import from_base64url, to_base64url

Answer = Mapping[str, Any]

_MILLISECONDS = 300_000


class PasskeyRefused(Exception):
    """The answer proves nothing: malformed, forged, or of another site, challenge or kind."""


@dataclass(frozen=True, slots=True)
class NewCredential:
    """What an authenticator made. Ids and keys are base64url."""

    credentialId: str
    publicKey: str
    signCount: int
    aaguid: str
    isBackedUp: bool


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an authenticator's signature says of itself."""

    signCount: int
    isBackedUp: bool


def challenge_of(answer: Answer) -> str:
    """The challenge an answer claims to be for, base64url. Raises PasskeyRefused."""
    try:
        claimed = json.loads(from_base64url(answer["response"]["clientDataJSON"]))
        challenge = claimed["challenge"]
        is_framed = claimed.get("crossOrigin", False)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PasskeyRefused("no client data") from error
    if not isinstance(challenge, str) or is_framed:
        raise PasskeyRefused("no challenge, or answered inside another site's page")
    return challenge


class RelyingParty:
    """The site passkeys belong to: `rp_id` is its domain, `origins` the pages that may ask."""

    def __init__(self, rp_id: str, origins: Sequence[str]) -> None:
        self._rp_id, self._origins = rp_id, list(origins)

    def creation_options(
        self, challenge: str, user_id: str, name: str, known: Sequence[str]
    ) -> dict[str, Any]:
        """What `navigator.credentials.create()` takes; `known` credentials are not made again.

        Discoverable and verified by PIN or biometrics, so that each of them can be the only proof.
        """
        from webauthn import generate_registration_options
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        options = generate_registration_options(
            rp_id=self._rp_id,
            rp_name="FirstSpawn",
            user_name=name,
            user_id=user_id.encode(),
            challenge=from_base64url(challenge),
            timeout=_MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(known),
        )
        return _plain(options)

    def request_options(
        self, challenge: str, known: Sequence[str], *, verified: bool
    ) -> dict[str, Any]:
        """What `navigator.credentials.get()` takes; no `known` lets the person choose.

        `verified`: the authenticator must ask for a PIN or biometrics.
        """
        from webauthn import generate_authentication_options
        from webauthn.helpers.structs import UserVerificationRequirement

        wanted = UserVerificationRequirement.REQUIRED
        options = generate_authentication_options(
            rp_id=self._rp_id,
            challenge=from_base64url(challenge),
            timeout=_MILLISECONDS,
            allow_credentials=_descriptors(known),
            user_verification=wanted if verified else UserVerificationRequirement.PREFERRED,
        )
        return _plain(options)

    def register(self, answer: Answer, challenge: str) -> NewCredential:
        """Check the answer to a creation: no call. Raises PasskeyRefused."""
        from webauthn import verify_registration_response
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            made = verify_registration_response(
                credential=dict(answer),
                expected_challenge=from_base64url(challenge),
                expected_rp_id=self._rp_id,
                expected_origin=self._origins,
                require_user_verification=True,
            )
        except (WebAuthnException, *_MALFORMED) as error:
            raise PasskeyRefused(str(error)) from error
        return NewCredential(
            to_base64url(made.credential_id),
            to_base64url(made.credential_public_key),
            made.sign_count,
            made.aaguid,
            made.credential_backed_up,
        )

    def verify(
        self, answer: Answer, challenge: str, public_key: str, *, verified: bool
    ) -> Assertion:
        """Check a signature: no call. Raises PasskeyRefused.

        The counter is left to the caller, who compares it in the write that raises it.
        """
        from webauthn import verify_authentication_response
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            proven = verify_authentication_response(
                credential=dict(answer),
                expected_challenge=from_base64url(challenge),
                expected_rp_id=self._rp_id,
                expected_origin=self._origins,
                credential_public_key=from_base64url(public_key),
                credential_current_sign_count=0,
                require_user_verification=verified,
            )
        except (WebAuthnException, *_MALFORMED) as error:
            raise PasskeyRefused(str(error)) from error
        return Assertion(proven.new_sign_count, proven.credential_backed_up)


# What the library lets through from the parsers below it when it reads garbage.
_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, struct.error)


def _descriptors(known: Sequence[str]) -> list[Any]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=from_base64url(one)) for one in known]


def _plain(options: Any) -> dict[str, Any]:
    from webauthn.helpers import options_to_json

    plain: dict[str, Any] = json.loads(options_to_json(options))
    return plain
