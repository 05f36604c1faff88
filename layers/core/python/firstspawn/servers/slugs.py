"""Slugs: what a server is called in links."""

import re

from firstspawn.kit.ids import RandomBytes
from firstspawn.kit.text import slugify

LONGEST_SLUG = 48
FALLBACK_SLUG = "server"
_SHORTEST_SLUG = 3
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_SUFFIX = "abcdefghjkmnpqrstuvwxyz23456789"
_SUFFIX_LENGTH = 4
# Paths below /servers, and words a link could pretend something with.
_RESERVED = frozenset(
    {"admin", "api", "compare", "featured", "firstspawn", "me", "mine", "new", "null", "official"}
    | {"random", "search", "server", "suggest", "top", "trending", "undefined"}
)


def normal_slug(text: str) -> str:
    """The slug somebody means. Raises ValueError if too little of it can stand in a link."""
    slug = slugify(text, LONGEST_SLUG)
    if len(slug) < _SHORTEST_SLUG:
        raise ValueError("needs 3 or more letters a-z or digits")
    if slug in _RESERVED:
        raise ValueError("is reserved")
    return slug


def slug_of(name: str) -> str:
    """A slug made of a name; FALLBACK_SLUG if the name spells nothing in ASCII."""
    try:
        return normal_slug(name)
    except ValueError:
        return FALLBACK_SLUG


def with_suffix(slug: str, random: RandomBytes) -> str:
    """The slug with four random characters (out of 31^4) behind it."""
    drawn = "".join(_SUFFIX[byte % len(_SUFFIX)] for byte in random(_SUFFIX_LENGTH))
    return f"{slug[: LONGEST_SLUG - _SUFFIX_LENGTH - 1].rstrip('-')}-{drawn}"


def is_slug(text: str) -> bool:
    """Tell what could be a stored slug, so that nothing else is looked up."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None
