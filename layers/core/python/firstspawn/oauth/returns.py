"""Where a browser may be sent in the end: pages of the configured frontends, nowhere else."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from firstspawn.errors import Invalid

# No backslash, no user info, no fragment, no control characters: readers of URLs differ in them.
_PART = r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*"
_URL = re.compile(rf"https?://[A-Za-z0-9.:\[\]-]+(?:/{_PART})?(?:\?{_PART})?")


class Returns:
    """The allow-list: the origins of the configured frontends."""

    def __init__(self, frontend_url: str, origins: Sequence[str]) -> None:
        self.default = f"{frontend_url.rstrip('/')}/auth/callback"
        self._origins = {_origin(frontend_url), *map(_origin, origins)}

    def checked(self, url: str | None) -> str:
        """The page to come back to. Raises Invalid for one that is not ours."""
        if not url:
            return self.default
        if not _URL.fullmatch(url) or _origin(url) not in self._origins:
            raise Invalid.field("returnTo", "must be a page of the frontend", "return_not_allowed")
        return url


def with_outcome(url: str, **outcome: str) -> str:
    """Add what happened to a page's query."""
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(outcome)}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
