"""A first user name for somebody who was not asked for one."""

import re
from collections.abc import Iterator

from firstspawn.kit.ids import RandomBytes
from firstspawn.kit.text import slugify
from firstspawn.users.names import is_reserved
from firstspawn.users.schemas import USERNAME

_VALID = re.compile(USERNAME)
_LONGEST, _SUFFIX_BYTES, _ATTEMPTS = 24, 3, 6
_NOBODY = "Player"


def generated_usernames(name: str | None, random: RandomBytes) -> Iterator[str]:
    """Valid, unreserved names to try in turn: what the provider calls them, then with a suffix."""
    base = _base(name or "")
    if base and _is_allowed(base):
        yield base
    stem = (base or _NOBODY)[: _LONGEST - 2 * _SUFFIX_BYTES - 1].rstrip("_-")
    for _ in range(_ATTEMPTS):
        candidate = f"{stem}-{random(_SUFFIX_BYTES).hex()}"
        yield candidate if _is_allowed(candidate) else f"{_NOBODY}-{random(_SUFFIX_BYTES).hex()}"


def _base(name: str) -> str:
    kept = re.sub(r"[^A-Za-z0-9_-]+", "-", name) if name.isascii() else slugify(name)
    return kept.strip("_-")[:_LONGEST].strip("_-")


def _is_allowed(name: str) -> bool:
    return _VALID.fullmatch(name) is not None and not is_reserved(name)
