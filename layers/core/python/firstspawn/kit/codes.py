"""Codes that people type: nothing in them reads as something else."""

from firstspawn.kit.ids import RandomBytes

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # 32: no bias, and nothing that reads as 0 or 1
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})


def new_code(random: RandomBytes, length: int) -> str:
    """A code of five bits a character."""
    return "".join(_ALPHABET[byte & 31] for byte in random(length))


def as_typed(code: str) -> bytes:
    """What a code is, however it was typed: case, hyphens, spaces and misreadings aside."""
    return code.upper().translate(_MISREAD).encode(errors="replace")
