"""Reading and projecting many servers, of which some may be broken.

A walk over the table must not end at an item that nobody can read: such a server is found by
halves, logged and named, and all others go on.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from firstspawn.clients.search.interface import Document, WriteFailure
from firstspawn.discovery.documents import StoredServer, document
from firstspawn.discovery.errors import ReindexFailed
from firstspawn.discovery.indexing import ServerSource

_log = logging.getLogger(__name__)
# What an item of the wrong shape raises, in the table's client (a TypeError) as in ours.
_BROKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Projected(NamedTuple):
    """Servers that are in the table, each with its document; ids of those that are broken."""

    servers: dict[str, tuple[StoredServer, Document]]
    refused: list[str]

    @property
    def documents(self) -> dict[str, Document]:
        """The documents by id."""
        return {one: made for one, (_, made) in self.servers.items()}


def project(source: ServerSource, server_ids: Sequence[str], now: datetime) -> Projected:
    """Read servers and project them: one read for each 33, some 20 more for a broken one."""
    try:
        stored = source.read_parts(server_ids)
        made = {one: (server, document(server, now)) for one, server in stored.items()}
    except _BROKEN as error:
        if len(server_ids) == 1:
            _refuse(server_ids[0], repr(error))
            return Projected({}, list(server_ids))
        half = len(server_ids) // 2
        first, second = (
            project(source, part, now) for part in (server_ids[:half], server_ids[half:])
        )
        return Projected(first.servers | second.servers, first.refused + second.refused)
    return Projected(made, [])


def refused(failures: Sequence[WriteFailure]) -> list[str]:
    """Log and return the ids of documents that the index refused for good.

    Raises ReindexFailed if one of them may be taken later.
    """
    for failure in failures:
        if failure.retryable:
            raise ReindexFailed(f"{failure.id} cannot be written now: {failure.reason}")
        _refuse(failure.id, failure.reason)
    return [failure.id for failure in failures]


def _refuse(server_id: str, reason: str) -> None:
    _log.error("server %s cannot be indexed: %s", server_id, reason)
