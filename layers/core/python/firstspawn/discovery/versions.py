"""Which game versions a server's own words name, so that one can be filtered by.

Owners and servers write `1.21.4`, `Paper 1.21`, `1.8.x - 1.21` or `Velocity 1.8-1.21.4`.
"""

import re

from firstspawn.kit.text import fold

_VERSION = re.compile(r"\d+(?:\.\d+)+")
_RANGE = re.compile(r"(\d+)\.(\d+)[.\dx*]*\s*(?:-|\u2013|to|bis)\s*(\d+)\.(\d+)", re.IGNORECASE)
_MOST_NAMED, _WIDEST_RANGE = 10, 40


def versions(text: str | None) -> list[str]:
    """Every version meant, oldest first, with those it belongs to: `1.21.4` is also a `1.21`.

    A range means every minor version in it. Words without a number stand for themselves.
    """
    if not text:
        return []
    found = _VERSION.findall(text)[:_MOST_NAMED]
    if not found:
        return [fold(text)]
    named = {prefix for version in found for prefix in _families(version)}
    for major, first, other, last in _RANGE.findall(text):
        if major == other and 0 <= int(last) - int(first) <= _WIDEST_RANGE:
            named |= {f"{major}.{minor}" for minor in range(int(first), int(last) + 1)}
    return sorted(named, key=lambda version: [int(part) for part in version.split(".")])


def _families(version: str) -> list[str]:
    parts = version.split(".")
    return [".".join(parts[:length]) for length in range(2, len(parts) + 1)]
