"""The two signatures of plugins' calls: pure functions over raw bytes (docs/plugins.md).

Version 1 covers the timestamp and the body, version 2 the method, the path with its query and a
nonce as well. The test vectors in `clients/vectors` say the same in numbers.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from firstspawn.plugins.errors import ClockSkew, MalformedSignature, SignatureRequired
from firstspawn.plugins.schemas import SignedCall

KEY, TIMESTAMP = "x-firstspawn-key", "x-firstspawn-timestamp"
SIGNATURE, NONCE = "x-firstspawn-signature", "x-firstspawn-nonce"
TOLERANCE = timedelta(minutes=5)
_VERSIONS = {"sha256": 1, "v2": 2}
_SIGNATURE = re.compile(r"(sha256|v2)=([0-9a-fA-F]{64})", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{10}|[0-9]{13}", re.ASCII)
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_LONGEST_KEY = 128


@dataclass(frozen=True, slots=True)
class Claim:
    """What a call says of its signature. `timestamp` is as it was written, `moment` what it is."""

    key: str
    version: int
    timestamp: str
    moment: datetime
    digest: bytes
    nonce: str

    @property
    def mark(self) -> str:
        """What must not be seen twice: the nonce, or in version 1 the signature itself."""
        return self.nonce if self.version == 2 else self.digest.hex()


def read_claim(call: SignedCall) -> Claim:
    """Read the headers. Raises SignatureRequired, MalformedSignature."""
    headers = call.headers
    wanted = (KEY, TIMESTAMP, SIGNATURE)
    if missing := [name for name in wanted if not headers.get(name)]:
        raise SignatureRequired(f"missing: {', '.join(missing)}", missing=missing)
    found = _SIGNATURE.fullmatch(headers[SIGNATURE])
    if found is None:
        raise _malformed(SIGNATURE, "sha256=<64 hex digits> or v2=<64 hex digits>")
    version, nonce = _VERSIONS[found[1]], ""
    if version == 2:
        nonce = headers.get(NONCE, "")
        if not nonce:
            raise SignatureRequired(f"missing: {NONCE}", missing=[NONCE])
        if not _NONCE.fullmatch(nonce):
            raise _malformed(NONCE, "16 to 64 of A-Z a-z 0-9 - _")
    timestamp = headers[TIMESTAMP]
    if not _TIMESTAMP.fullmatch(timestamp):
        raise _malformed(TIMESTAMP, "milliseconds (or seconds) since 1970")
    moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=_milliseconds(timestamp))
    key = headers[KEY][:_LONGEST_KEY]
    return Claim(key, version, timestamp, moment, bytes.fromhex(found[2]), nonce)


def _malformed(header: str, expected: str) -> MalformedSignature:
    return MalformedSignature(f"{header}: expected {expected}", header=header, expected=expected)


def _milliseconds(timestamp: str) -> int:
    return int(timestamp) * (1 if len(timestamp) == 13 else 1000)


def check_clock(claim: Claim, now: datetime) -> None:
    """Raises ClockSkew if the call was not signed around now."""
    skew = now - claim.moment
    if abs(skew) <= TOLERANCE:
        return
    side = "behind" if skew > timedelta() else "ahead"
    raise ClockSkew(
        f"your clock is {abs(skew.total_seconds()):.0f} s {side}",
        serverTime=round(now.timestamp() * 1000),
        yourTime=round(claim.moment.timestamp() * 1000),
        toleranceSeconds=int(TOLERANCE.total_seconds()),
    )


def base_string(claim: Claim, call: SignedCall) -> bytes:
    """What is signed."""
    if claim.version == 1:
        return claim.timestamp.encode() + b"." + call.body
    target = f"{call.path}?{call.query}" if call.query else call.path
    digest = hashlib.sha256(call.body).hexdigest()
    parts = ("v2", claim.timestamp, claim.nonce, call.method, target, digest)
    return "\n".join(parts).encode(errors="surrogatepass")


def is_signed_with(secret: bytes, claim: Claim, call: SignedCall) -> bool:
    """Tell in constant time whether a secret made the signature."""
    expected = hmac.new(secret, base_string(claim, call), hashlib.sha256).digest()
    return hmac.compare_digest(expected, claim.digest)


def explanation(claim: Claim, call: SignedCall) -> dict[str, Any]:
    """What the signature must cover, for an author who compares; the body as its hash alone."""
    covered: dict[str, Any] = {
        "version": claim.version,
        "timestamp": claim.timestamp,
        "bodyBytes": len(call.body),
        "bodySha256": hashlib.sha256(call.body).hexdigest(),
    }
    if claim.version == 2:
        base = base_string(claim, call).decode(errors="replace")
        covered |= {"method": call.method, "path": call.path, "query": call.query, "base": base}
    return covered
