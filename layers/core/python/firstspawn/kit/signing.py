"""Message authentication codes with a purpose, so that one key's output fits one use only."""

import hashlib
import hmac

from firstspawn.kit.encoding import from_base64url, to_base64url

_MAC_BYTES = 16


def mac(key: bytes, purpose: str, message: bytes, size: int = 32) -> bytes:
    """HMAC-SHA256 over purpose and message, cut to `size` bytes."""
    framed = len(purpose).to_bytes(2, "big") + purpose.encode() + message
    return hmac.new(key, framed, hashlib.sha256).digest()[:size]


def sign(key: bytes, purpose: str, message: bytes) -> str:
    """Return message and MAC as one opaque URL-safe string."""
    return to_base64url(mac(key, purpose, message, _MAC_BYTES) + message)


def verify(key: bytes, purpose: str, token: str) -> bytes:
    """Return the message of a string made by `sign`. Raises ValueError if it is not authentic."""
    data = from_base64url(token)
    seal, message = data[:_MAC_BYTES], data[_MAC_BYTES:]
    if not hmac.compare_digest(seal, mac(key, purpose, message, _MAC_BYTES)):
        raise ValueError("not authentic")
    return message


def sha256_hex(text: str) -> str:
    """The stored half of a random token."""
    return hashlib.sha256(text.encode()).hexdigest()
