"""What a platform says of an account: text and addresses of others, checked before any is kept."""

import re
from collections.abc import Mapping
from typing import Any

from firstspawn.kit.text import clean

NAME_LENGTH = 64
# A path and a query of printable ASCII, without what readers of URLs or pages differ about.
_URL = re.compile(
    r"https://[A-Za-z0-9.-]{1,253}(?::\d{1,5})?/[A-Za-z0-9._~!$&()*+,;=:@%/?-]{0,400}"
)
_URLS = ("avatarUrl", "profileUrl")


def name_of(said: Any) -> str | None:
    """A name to show, if it is one."""
    return (clean(said)[:NAME_LENGTH].strip() or None) if isinstance(said, str) else None


def metadata_of(said: Mapping[str, Any]) -> dict[str, str]:
    """What is kept of a profile: a cleaned name and https addresses, 1 KB at most; else nothing."""
    urls = {name: said.get(name) for name in _URLS}
    kept = {n: url for n, url in urls.items() if isinstance(url, str) and _URL.fullmatch(url)}
    name = name_of(said.get("displayName"))
    return {"displayName": name, **kept} if name else kept
