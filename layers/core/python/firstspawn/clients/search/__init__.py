"""Search engines behind one interface; `open_search` picks one by its URL."""

from firstspawn.clients.search.interface import SearchEngine

_EMBEDDED = "sqlite:///"


def open_search(url: str, index: str = "servers", *, timeout: float = 5) -> SearchEngine:
    """Open the engine a URL names; nothing is connected before it is used.

    `sqlite:///relative/path` and `sqlite:////absolute/path` are files, `http(s)://...` is an
    OpenSearch (requests to `*.es.amazonaws.com` are signed). `index` is the alias there, `timeout`
    the seconds one request may take. Raises ValueError for any other URL.
    """
    if url.startswith(_EMBEDDED):
        from firstspawn.clients.search.embedded import EmbeddedEngine

        return EmbeddedEngine(url.removeprefix(_EMBEDDED), timeout=timeout)
    if url.startswith(("http://", "https://")):
        from firstspawn.clients.search.opensearch import OpenSearchEngine

        return OpenSearchEngine(url, index, timeout=timeout)
    raise ValueError("a search URL begins with sqlite:///, http:// or https://")
