"""A software authenticator: ES256 passkeys that answer as browsers do, or as attackers would."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)

from firstspawn.kit.encoding import from_base64url, to_base64url
from tests.support.client import ORIGIN

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
Options = Mapping[str, Any]


@dataclass
class Passkey:
    """A key of one site, and the user it was made for."""

    id: bytes
    rp_id: str
    user_handle: bytes
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    count: int = 0

    def cose(self) -> bytes:
        """The public key as authenticators write it."""
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})


class Authenticator:
    """Makes and uses passkeys. Each keyword of its methods is a lie it can be made to tell."""

    def __init__(self, *, origin: str = ORIGIN, counts: bool = True, verifies: bool = True) -> None:
        self.origin, self.counts, self.verifies = origin, counts, verifies
        self.passkeys: list[Passkey] = []

    def create(
        self, options: Options, *, credential_id: bytes = b"", origin: str = "", rp_id: str = "",
        challenge: str = "", cross_origin: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        """What `navigator.credentials.create()` answers."""
        public = options["publicKey"]
        made = Passkey(
            credential_id or hashlib.sha256(public["challenge"].encode()).digest(),
            rp_id or public["rp"]["id"],
            from_base64url(public["user"]["id"]),
        )
        self.passkeys.append(made)
        client_data = _client_data(
            "webauthn.create", challenge or public["challenge"], origin or self.origin, cross_origin
        )
        attested = bytes(16) + len(made.id).to_bytes(2, "big") + made.id + made.cose()
        data = self._data(made, ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": to_base64url(client_data),
            "attestationObject": to_base64url(attestation),
            "transports": ["internal"],
        }
        return _credential(made, response)

    def get(
        self, options: Options, passkey: Passkey | None = None, *, origin: str = "",
        rp_id: str = "", challenge: str = "", count: int | None = None, kind: str = "webauthn.get",
        user_handle: bytes | None = None, cross_origin: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        """What `navigator.credentials.get()` answers, with the newest passkey unless told."""
        public = options["publicKey"]
        used = passkey or self.passkeys[-1]
        used.count = count if count is not None else used.count + self.counts
        client_data = _client_data(
            kind, challenge or public["challenge"], origin or self.origin, cross_origin
        )
        data = self._data(used, 0, rp_id)
        signed = data + hashlib.sha256(client_data).digest()
        handle = used.user_handle if user_handle is None else user_handle
        response = {
            "clientDataJSON": to_base64url(client_data),
            "authenticatorData": to_base64url(data),
            "signature": to_base64url(used.key.sign(signed, ECDSA(hashes.SHA256()))),
            "userHandle": to_base64url(handle),
        }
        return _credential(used, response)

    def _data(self, passkey: Passkey, flags: int, rp_id: str = "") -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        site = hashlib.sha256((rp_id or passkey.rp_id).encode()).digest()
        return site + bytes([flags]) + passkey.count.to_bytes(4, "big")


def _client_data(kind: str, challenge: str, origin: str, cross_origin: bool) -> bytes:
    fields = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": cross_origin}
    return json.dumps(fields).encode()


def _credential(passkey: Passkey, response: dict[str, Any]) -> dict[str, Any]:
    credential_id = to_base64url(passkey.id)
    return {
        "id": credential_id, "rawId": credential_id, "type": "public-key", "response": response,
        "clientExtensionResults": {}, "authenticatorAttachment": "platform",
    }  # fmt: skip
