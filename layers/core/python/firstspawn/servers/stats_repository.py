"""The counters of a server, moved in the transaction of what they count.

One item takes 1,000 write units a second, and a transaction spends two on it: some 500 reviews,
favourites or syncs a second for a single server, before DynamoDB begins to refuse. The busiest
lists see less in an hour, and rate limits keep it so: the counters are not sharded.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from firstspawn.db import keys, writes
from firstspawn.errors import ProblemError
from firstspawn.servers.models import ServerStats


def plugin_minutes(server_id: str, now: datetime) -> dict[str, int]:
    """The minutes that came through each living instance, by id: one consistent read."""
    stats = ServerStats.find(keys.server_stats(server_id), now, consistent=True)
    if stats is None or stats.pluginMinutes is None:
        return {}
    return {one: int(minutes) for one, minutes in stats.pluginMinutes.as_dict().items()}


def add_counts(
    transaction: writes.Transaction, server_id: str, counts: Mapping[str, int],
    also: Sequence[Any] = (), condition: Any = None, error: ProblemError | None = None,
) -> None:  # fmt: skip
    """Let a transaction add to counters of `ServerStats` by name; nothing if all add zero.

    The first count makes the item. Its version grows, which is what the search index orders by.
    `also` are further actions, on that condition or with that error.
    """
    moved = {name: number for name, number in counts.items() if number}
    if not moved:
        return
    stats = ServerStats.at(keys.server_stats(server_id))
    added = [getattr(ServerStats, name).add(number) for name, number in moved.items()]
    made = [ServerStats.type.set(ServerStats), ServerStats.serverId.set(server_id)]
    actions = [*made, *added, *also, ServerStats.version.add(1)]
    transaction.update(stats, actions, condition, error)
