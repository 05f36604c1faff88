"""Which plugins a person has installed on their servers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db import keys
from firstspawn.db.facts import facts
from firstspawn.plugins.repository import PluginRepository
from firstspawn.servers.models import Server

# Other people's: digests of who was online, and what only counts.
_HIDDEN = ("keyHash", "players", "earlierPlayers", "beatAt", "earlierBeatAt")


def plugin_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """Plugins with their names and allowed addresses: a query of the index, a query a server."""
    index = Server.index1.Meta.index_name
    for server in Server.query(keys.owner_index(user_id), index_name=index):
        yield from facts(PluginRepository().of(server.id, now), *_HIDDEN)
