"""Passwords that leaked somewhere, asked for without telling which one is meant.

Have I Been Pwned is told the first five hex digits of a SHA-1 and answers with every suffix it
knows of them; padding keeps the length of the answer from telling the range (k-anonymity).
"""

import hashlib

_PREFIX = 5
_TIMEOUT_SECONDS = (1, 2)
_LONGEST = 512 * 1024  # a padded range has some 40 KB
_HEADERS = {"Add-Padding": "true", "User-Agent": "FirstSpawn"}


class BreachesUnavailable(Exception):
    """The service did not answer, or not in time; the text never holds a hash."""


class BreachedPasswords:
    """The passwords known at `url`: `GET {url}/range/{prefix}`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def count(self, password: str) -> int:
        """How often a password was seen in breaches: one call. Raises BreachesUnavailable."""
        # What the service is keyed by; it protects nothing here.
        digest = hashlib.sha1(password.encode(errors="replace"), usedforsecurity=False)
        prefix, suffix = (hexed := digest.hexdigest().upper())[:_PREFIX], hexed[_PREFIX:]
        for line in self._range(prefix).splitlines():
            name, _, seen = line.partition(":")
            if name.strip().upper() == suffix:
                return int(seen) if seen.strip().isdecimal() else 0
        return 0

    def _range(self, prefix: str) -> str:
        import requests
        from urllib3.exceptions import HTTPError

        try:
            with requests.get(
                f"{self._url}/range/{prefix}", headers=_HEADERS, timeout=_TIMEOUT_SECONDS,
                allow_redirects=False, stream=True,
            ) as answer:  # fmt: skip
                if answer.status_code != 200:
                    raise BreachesUnavailable(f"HTTP {answer.status_code}")
                found: bytes = answer.raw.read(_LONGEST, decode_content=True)
                return found.decode("ascii", "replace")
        except (requests.RequestException, HTTPError) as error:
            raise BreachesUnavailable(type(error).__name__) from None
