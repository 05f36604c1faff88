"""Unpadded URL-safe base64: how tokens and cursors look outside."""

import base64
import binascii


def to_base64url(data: bytes) -> str:
    """Encode without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Decode exactly what `to_base64url` writes. Raises ValueError for anything else."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error
    if to_base64url(data) != text:
        raise ValueError("not canonical base64url")
    return data
