"""What a mail is made of: a letter, and what its text needs to know of the platform."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: paragraphs of plain text, and at most one link to follow."""

    subject: str
    paragraphs: tuple[str, ...]
    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Site:
    """What a text needs to know of the platform: where frontend and API are, how tokens are made.

    `token(purpose, seed)` is the secret of a mailed link.
    """

    url: str
    token: Callable[[str, str], str]
    api_url: str = ""

    def link(self, path: str, **query: str) -> str:
        """An address of the frontend."""
        return _address(self.url, path, query)

    def api_link(self, path: str, **query: str) -> str:
        """An address of the API that a browser can follow."""
        return _address(f"{self.api_url.rstrip('/')}/api/v1", path, query)


def _address(base: str, path: str, query: Mapping[str, str]) -> str:
    return f"{base.rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else "")


Params = Mapping[str, str]
