"""Which game versions a server's own words name, so that one can be filtered by.

Owners and servers write `1.21.4`, `Paper 1.21`, `1.8.x - 1.21`, `24w14a` or `Velocity 1.8-1.21.4`.
Their other words are dropped: what counts as a version must not be a place for anything else.
"""

import re

_VERSION = re.compile(r"\d+(?:\.\d+)+", re.ASCII)
_SNAPSHOT = re.compile(r"\b\d\dw\d\d[a-z]\b", re.ASCII)
_RANGE = re.compile(
    r"(\d+)\.(\d+)[.\dx*]*\s*(?:-|\u2013|to|bis)\s*(\d+)\.(\d+)", re.IGNORECASE | re.ASCII
)
_MOST_NAMED, _WIDEST_RANGE = 10, 40
_LONGEST = 100  # a long row of digits would take the patterns for ever


def versions(text: str | None) -> list[str]:
    """Every version meant, oldest first, with those it belongs to: `1.21.4` is also a `1.21`.

    A range means every minor version in it.
    """
    text = (text or "")[:_LONGEST]
    found = _VERSION.findall(text)[:_MOST_NAMED]
    named = {prefix for version in found for prefix in _families(version)}
    for major, first, other, last in _RANGE.findall(text):
        if major == other and 0 <= int(last) - int(first) <= _WIDEST_RANGE:
            named |= {f"{major}.{minor}" for minor in range(int(first), int(last) + 1)}
    ordered = sorted(named, key=lambda version: [int(part) for part in version.split(".")])
    return [*ordered, *dict.fromkeys(_SNAPSHOT.findall(text))]


def _families(version: str) -> list[str]:
    parts = version.split(".")
    return [".".join(parts[:length]) for length in range(2, len(parts) + 1)]
