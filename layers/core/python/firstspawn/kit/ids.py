"""Sortable identifiers (ULID) and random secrets, both injected where they are used.

Ours and not a library's because importing one costs a cold start more than all of our own
code (docs/decisions/0002).
"""

import re
import secrets
from collections.abc import Callable

from firstspawn.kit.clock import Clock

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")

NewId = Callable[[], str]
RandomBytes = Callable[[int], bytes]

random_bytes: RandomBytes = secrets.token_bytes


def ulid(milliseconds: int, randomness: bytes) -> str:
    """Encode 48 bits of time and 80 of randomness as the 26 characters of a ULID."""
    number = (milliseconds << 80) | int.from_bytes(randomness, "big")
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def id_source(clock: Clock, random: RandomBytes = random_bytes) -> NewId:
    """Return a function that makes a new id at every call."""
    return lambda: ulid(int(clock().timestamp() * 1000), random(10))


def is_ulid(text: str) -> bool:
    """Tell an id from a slug or a name, and from what is longer than a key may be."""
    return _ULID.fullmatch(text) is not None
