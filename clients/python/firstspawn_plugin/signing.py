"""Signing a call: pure functions over bytes (docs/plugins.md, clients/vectors)."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Credentials:
    """What the server's owner copied: `fs_pk_...` and `fs_sk_...`."""

    key: str
    secret: str


def canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    """A query as it has to be sent and signed: sorted, percent-encoded as RFC 3986 says."""
    encoded = ((quote(name, safe="~"), quote(value, safe="~")) for name, value in sorted(pairs))
    return "&".join(f"{name}={value}" for name, value in encoded)


def base_string_v1(timestamp: str, body: bytes) -> bytes:
    """What version 1 signs."""
    return timestamp.encode() + b"." + body


def base_string_v2(timestamp: str, nonce: str, method: str, target: str, body: bytes) -> bytes:
    """What version 2 signs; `target` is the path with its query, as sent."""
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join(("v2", timestamp, nonce, method, target, digest)).encode()


def sign(
    credentials: Credentials,
    method: str,
    target: str,
    body: bytes,
    *,
    timestamp: str,
    nonce: str,
    version: int = 2,
) -> dict[str, str]:
    """The headers that make a call a signed one. `timestamp` is in milliseconds since 1970."""
    headers = {"X-FirstSpawn-Key": credentials.key, "X-FirstSpawn-Timestamp": timestamp}
    if version == 1:
        base, prefix = base_string_v1(timestamp, body), "sha256="
    else:
        base, prefix = base_string_v2(timestamp, nonce, method, target, body), "v2="
        headers["X-FirstSpawn-Nonce"] = nonce
    mac = hmac.new(credentials.secret.encode(), base, hashlib.sha256)
    return {**headers, "X-FirstSpawn-Signature": prefix + mac.hexdigest()}
