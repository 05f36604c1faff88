"""The list of blocked servers: SHA-1 digests of host patterns, one a line.

`play.example.com` is blocked if the digest of itself, of `*.play.example.com`, of `*.example.com`
or of `*.com` is listed, an address by that of itself, of `192.0.2.*`, `192.0.*` or `192.*`: the
game's own client does the same.
Kept as digests of 20 bytes, one behind the other, sorted.
"""

import hashlib
import logging
import re
import threading
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Protocol

from firstspawn.blocklist.errors import BlocklistRefused
from firstspawn.clients.objects import ObjectUnavailable
from firstspawn.kit.clock import Clock
from firstspawn.kit.metrics import metric

_LOG = logging.getLogger(__name__)
_KEY = "state/eula-blocklist"
_DIGEST = re.compile(r"[0-9a-f]{40}", re.ASCII)
_SIZE = 20
_MOST = 100_000
_LEAST_KEPT = 2  # a list that lost more than half of itself is more likely broken than short
_FRESH_FOR = timedelta(hours=1)
_AGAIN_AFTER = timedelta(minutes=5)


class Source(Protocol):
    """Where the list is published."""

    def fetch(self) -> str:
        """The list's text: one call."""
        ...


class Store(Protocol):
    """Where the list is kept."""

    def read(self, key: str, max_bytes: int) -> bytes | None:
        """An object, None if there is none. Raises ObjectUnavailable."""
        ...

    def write(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object."""
        ...


class BlocklistService:
    """Keeps the list, and tells who is on it."""

    def __init__(self, store: Store, source: Source, clock: Clock) -> None:
        self._store, self._source, self._clock = store, source, clock
        self._digests = b""
        self._stale_at: datetime | None = None
        self._reading = threading.Lock()

    def refresh(self) -> int:
        """Fetch the list and keep it: one call out, one read, one write. Returns its length.

        Raises BlocklistRefused, and what source and store raise; what was kept stays then.
        """
        digests = _parsed(self._source.fetch())
        kept = len(self._read()) // _SIZE
        if len(digests) * _LEAST_KEPT < kept:
            raise BlocklistRefused(f"{len(digests)} entries, where {kept} are kept")
        self._store.write(_KEY, b"".join(sorted(digests)), "application/octet-stream")
        return len(digests)

    def is_blocked(self, host: str) -> bool:
        """Tell whether a host name or address is blocked: one read an hour and process.

        While the list cannot be read, what was read before holds, and a metric tells.
        """
        digests = self._current()
        return any(_is_listed(digests, pattern) for pattern in _patterns(host.lower()))

    def _current(self) -> bytes:
        with self._reading:
            now = self._clock()
            if self._stale_at is None or now >= self._stale_at:
                self._stale_at = now + (_FRESH_FOR if self._reread() else _AGAIN_AFTER)
            return self._digests

    def _reread(self) -> bool:
        try:
            self._digests = self._read()
        except ObjectUnavailable:
            extra = metric("BlocklistNotRead", 1, self._clock())
            _LOG.warning("list of blocked servers not read", exc_info=True, extra=extra)
            return False
        return True

    def _read(self) -> bytes:
        return self._store.read(_KEY, _MOST * _SIZE) or b""


def _parsed(text: str) -> set[bytes]:
    lines = [line.strip().lower() for line in text.splitlines() if line.strip()]
    if not lines or len(lines) > _MOST or not all(map(_DIGEST.fullmatch, lines)):
        raise BlocklistRefused(f"{len(lines)} lines that are no list of digests")
    return {bytes.fromhex(line) for line in lines}


def _patterns(host: str) -> Iterator[str]:
    yield host
    parts = host.split(".")
    try:
        is_address = ip_address(host).version == 4
    except ValueError:
        is_address = False
    if not is_address:
        yield f"*.{host}"
    for cut in range(1, len(parts)):
        yield ".".join(parts[:-cut]) + ".*" if is_address else "*." + ".".join(parts[cut:])


def _is_listed(digests: bytes, pattern: str) -> bool:
    # What the list is keyed by; it protects nothing.
    wanted = hashlib.sha1(pattern.encode(errors="replace"), usedforsecurity=False).digest()
    at = bisect_left(range(len(digests) // _SIZE), wanted, key=lambda n: _entry(digests, n))
    return _entry(digests, at) == wanted


def _entry(digests: bytes, number: int) -> bytes:
    return digests[number * _SIZE : (number + 1) * _SIZE]
