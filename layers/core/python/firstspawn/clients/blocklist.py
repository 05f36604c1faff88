"""Fetches the public list of servers that Mojang blocks."""

_TIMEOUT_SECONDS = (3, 10)
_LONGEST = 8 * 1024 * 1024


class BlocklistUnavailable(Exception):
    """The list did not come."""


class PublishedBlocklist:
    """The list at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def fetch(self) -> str:
        """Its text: one call. Raises BlocklistUnavailable."""
        import requests
        from urllib3.exceptions import HTTPError

        try:
            with requests.get(
                self._url, timeout=_TIMEOUT_SECONDS, allow_redirects=False, stream=True
            ) as answer:
                if answer.status_code != 200:
                    raise BlocklistUnavailable(f"HTTP {answer.status_code}")
                text: bytes = answer.raw.read(_LONGEST, decode_content=True)
        except (requests.RequestException, HTTPError) as error:
            raise BlocklistUnavailable(type(error).__name__) from error
        return text.decode("ascii", "replace")
