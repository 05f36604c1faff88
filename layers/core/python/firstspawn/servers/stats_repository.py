"""The counters of a server, moved in the transaction of what they count.

One item takes 1,000 write units a second, and a transaction spends two on it: some 500 reviews,
favourites or syncs a second for a single server, before DynamoDB begins to refuse. The busiest
lists see less in an hour, and rate limits keep it so: the counters are not sharded.
"""

from collections.abc import Mapping

from firstspawn.db import keys, writes
from firstspawn.servers.models import ServerStats


def add_counts(transaction: writes.Transaction, server_id: str, counts: Mapping[str, int]) -> None:
    """Let a transaction add to counters of `ServerStats` by name; nothing if all add zero.

    The first count makes the item. Its version grows, which is what the search index orders by.
    """
    moved = {name: number for name, number in counts.items() if number}
    if not moved:
        return
    stats = ServerStats.at(keys.server_stats(server_id))
    added = [getattr(ServerStats, name).add(number) for name, number in moved.items()]
    made = [ServerStats.type.set(ServerStats), ServerStats.serverId.set(server_id)]
    transaction.update(stats, [*made, *added, ServerStats.version.add(1)])
