"""All reads and writes of rosters."""

from datetime import datetime

from firstspawn.db import keys, writes
from firstspawn.uptime.models import SHARD_SIZE, Place, RosterCounter


class RosterRepository:
    """Places, leases, packed states, statuses."""

    def draw(self, now: datetime) -> Place:
        """Take the next place of all rosters: one write. It is never given again."""
        counter = RosterCounter.at(keys.roster_counter())
        actions = [
            RosterCounter.n.add(1),
            RosterCounter.type.set(RosterCounter),
            RosterCounter.updatedAt.set(now),
        ]
        writes.update(counter, actions, None)
        return Place(*divmod(int(counter.n) - 1, SHARD_SIZE))
