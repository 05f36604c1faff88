"""Looks after plugins that fall silent: marks them, shows it, and tells their owners in the end."""

from dataclasses import dataclass
from datetime import datetime

from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import NewId
from firstspawn.plugins.heartbeats import Refresh
from firstspawn.plugins.repository import Instance
from firstspawn.plugins.rolls import STALE_AFTER, TOLD_AFTER, bucket, next_look
from firstspawn.plugins.schemas import PluginStatus
from firstspawn.plugins.watch_repository import WatchRepository

_MOST_BUCKETS = 24  # two hours in one look, should looks have failed


@dataclass(slots=True)
class Look:
    """What a look found: instances alive, gone silent, whose owners were told."""

    alive: int = 0
    silent: int = 0
    told: int = 0


class WatchService:
    """Works through the list of instances to look after, span by span."""

    def __init__(
        self, repository: WatchRepository, refresh: Refresh, *, clock: Clock, new_id: NewId
    ) -> None:
        self._list, self._refresh = repository, refresh
        self._clock, self._new_id = clock, new_id

    def look(self) -> Look:
        """Look after everybody who is due; what an earlier look missed comes first.

        A read and a write; for each span a query and a batch of reads per 100 instances; a write
        per instance. Repeated, or at once with another, it changes nothing twice.
        """
        now, found = self._clock(), Look()
        present = bucket(now)
        done = self._list.cursor(now)
        first = present if done is None else done + 1
        for number in range(first, min(present, first + _MOST_BUCKETS - 1) + 1):
            for instances in self._list.due(number):
                self._look_after(instances, now, found)
            self._list.advance(number, now)
        return found

    def _look_after(self, instances: list[Instance], now: datetime, found: Look) -> None:
        long_silent = []
        for instance in instances:
            last = instance.lastHeartbeat or instance.verifiedAt or instance.createdAt or now
            if instance.status != PluginStatus.ACTIVE:
                self._refresh(instance.serverId, instance.gameType, now)
                self._list.forget(instance)
            elif now - last < STALE_AFTER:
                self._list.look_again(instance, next_look(last, now))
                found.alive += 1
            elif instance.staleSince is None:
                # Shown first: a look that fails in between finds it once more.
                self._refresh(instance.serverId, instance.gameType, now)
                again = max(bucket(last + TOLD_AFTER), bucket(now)) + 1
                found.silent += self._list.mark_stale(instance, last, again)
            else:
                long_silent.append(instance)
        found.told += self._tell(long_silent, now)

    def _tell(self, instances: list[Instance], now: datetime) -> int:
        owners = self._list.owners([one.serverId for one in instances]) if instances else {}
        for instance in instances:
            if instance.serverId in owners:
                name, to = owners[instance.serverId]
                self._list.tell(instance, self._new_id(), name, to, now)
            else:
                self._list.forget(instance)
        return sum(one.serverId in owners for one in instances)
