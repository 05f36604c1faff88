"""A server's icon as the picture it must be, or nothing.

Most pings' icons are never looked at: they are checked in their base64 text, whose first and last
characters decode on their own, and become bytes only for whoever asks.
"""

import binascii
from typing import Any, Final

MAX_ICON: Final = 24 * 1024
PREFIX: Final = "data:image/png;base64,"
# Signature, then the header chunk: its length, its name, width and height of 64. 24 bytes.
_HEAD: Final = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0dIHDR" + b"\x00\x00\x00\x40" * 2
_TAIL: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_HEAD_TEXT, _TAIL_TEXT = 32, 20
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
# A line break here and there, as old servers send, is within the bound.
_MAX_TEXT: Final = len(PREFIX) + MAX_ICON * 4 // 3 + 1024


def vet_icon(favicon: Any) -> str | None:
    """The base64 text of a `favicon` field that is a 64x64 PNG of at most 24 KiB, to its end.

    Everything else (another scheme, another size, a polyglot) is None.
    """
    if not isinstance(favicon, str) or len(favicon) > _MAX_TEXT:
        return None
    if not favicon.startswith(PREFIX) or not favicon.isascii():
        return None
    text = favicon[len(PREFIX) :]
    if "\n" in text:
        text = text.replace("\n", "")
    raw = text.encode("ascii")
    body = raw.rstrip(b"=")
    if len(raw) % 4 or len(raw) - len(body) > 2 or body.translate(None, _ALPHABET):
        return None
    size = len(body) * 3 // 4
    if not len(_HEAD) + len(_TAIL) <= size <= MAX_ICON:
        return None
    if binascii.a2b_base64(raw[:_HEAD_TEXT]) != _HEAD:
        return None
    if not binascii.a2b_base64(raw[-_TAIL_TEXT:]).endswith(_TAIL):
        return None
    return text


def picture(text: str) -> bytes:
    """The PNG of a vetted icon's text."""
    return binascii.a2b_base64(text)
