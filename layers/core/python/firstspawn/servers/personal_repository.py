"""Which servers a person has listed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db import keys
from firstspawn.db.facts import facts
from firstspawn.servers.models import Server


def server_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:  # noqa: ARG001
    """Servers that are listed, newest first: one query of the index for each page of 1 MB."""
    found = Server.query(
        keys.owner_index(user_id),
        index_name=Server.index1.Meta.index_name,
        scan_index_forward=False,
    )
    return facts(found, "rosterShard", "rosterSlot")
