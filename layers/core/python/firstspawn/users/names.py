"""Which user names are one and the same to a reader, and which nobody gets."""

from firstspawn.kit.text import fold

_LOOK_ALIKES = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "_": None, "-": None})
_RESERVED = ("admin", "administrator", "api", "firstspawn", "me", "moderator", "mod",
    "null", "official", "owner", "root", "staff", "support", "system",
    "undefined", "webmaster")  # fmt: skip


def fold_username(name: str) -> str:
    """Fold case, separators and look-alike characters: what the uniqueness guard is keyed by."""
    return fold(name).translate(_LOOK_ALIKES)


_RESERVED_FOLDED = frozenset(map(fold_username, _RESERVED))


def is_reserved(name: str) -> bool:
    """Tell names that could pass for the platform itself."""
    return fold_username(name) in _RESERVED_FOLDED
