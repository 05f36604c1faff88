"""Text people type: cleaned for storing, folded for comparing, shortened to a slug."""

import re
import unicodedata

_SPACES = re.compile(r"[^\S\n]+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINER = "\u200d"


def clean(text: str, *, multiline: bool = False) -> str:
    """Normalise to NFC and drop what cannot be seen: controls, bidi marks, lone surrogates.

    Newlines stay with `multiline`; other runs of white space become one space.
    """
    kept = "".join(
        character
        for character in text.replace("\r\n", "\n")
        if unicodedata.category(character) not in _FORBIDDEN or character in ("\n", "\t", _JOINER)
    )
    if not multiline:
        kept = kept.replace("\n", " ")
    return _SPACES.sub(" ", unicodedata.normalize("NFC", kept)).strip()


def fold(text: str) -> str:
    """Fold case and compatibility forms, so that names that look alike compare equal."""
    return unicodedata.normalize("NFKC", text).casefold()


def slugify(text: str, longest: int = 64) -> str:
    """Make an address part of a name: ASCII letters, digits and single hyphens; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_SLUG.sub("-", plain).strip("-")[:longest].strip("-")
