"""The work list of plugins to look after: by time, so that no look scans anything."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from firstspawn.db import keys, ranges, writes
from firstspawn.mail.models import mail_item
from firstspawn.plugins.models import PluginInstance, PluginWatchCursor
from firstspawn.plugins.repository import Instance, listing
from firstspawn.servers.models import Server
from firstspawn.users.models import User

_BATCH = 100


class WatchRepository:
    """Instances by when to look after them. Every write is conditional on the look that led to
    it: two looks at once, or a heartbeat in between, change nothing twice."""

    def cursor(self, now: datetime) -> int | None:
        """The last span that was looked after: one read."""
        found = PluginWatchCursor.find(keys.plugin_watch_cursor(), now, consistent=True)
        return int(found.bucket) if found else None

    def advance(self, bucket: int, now: datetime) -> None:
        """Note a span as looked after: one write; another look may be further already."""
        cursor = PluginWatchCursor.at(keys.plugin_watch_cursor())
        actions = [
            PluginWatchCursor.type.set(PluginWatchCursor),
            PluginWatchCursor.bucket.set(bucket),
            PluginWatchCursor.updatedAt.set(now),
        ]
        behind = PluginWatchCursor.bucket.does_not_exist() | (PluginWatchCursor.bucket < bucket)
        with suppress(writes.ConditionFailed):
            writes.update(cursor, actions, behind)

    def due(self, bucket: int) -> Iterator[list[Instance]]:
        """The instances of a span, 100 at a time: a query and a batch of reads for each 100."""
        partition = keys.plugin_watch(bucket)
        stretch = ranges.Stretch(PluginInstance.index2.Meta.index_name, partition)
        for listed in ranges.pages(stretch, _BATCH):
            found = PluginInstance.batch_get([one.key for one in listed], consistent_read=True)
            yield [one for one in found if partition == one.GSI2PK]

    def look_again(self, instance: Instance, bucket: int) -> None:
        """List a live instance for later: one write."""
        self._change(instance, listing(instance.id, bucket), _as_seen(instance))

    def mark_stale(self, instance: Instance, since: datetime, bucket: int) -> bool:
        """Note that an instance went silent, and look again at `bucket`: one write.

        False if it is not silent any more.
        """
        actions = [PluginInstance.staleSince.set(since), *listing(instance.id, bucket)]
        return self._change(instance, actions, _as_seen(instance))

    @staticmethod
    def _change(instance: Instance, actions: list[Any], condition: Any) -> bool:
        try:
            writes.update(instance, actions, condition)
        except writes.ConditionFailed:
            return False
        return True

    def owners(self, server_ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """Name and owner's address of listed servers, by id: two calls for each 100."""
        details = [tuple(keys.server_detail(one)) for one in dict.fromkeys(server_ids)]
        servers = [one for one in _batch(Server, details) if one.deletedAt is None]
        profiles = [tuple(keys.profile(one)) for one in {one.ownerId for one in servers}]
        emails = {one.id: one.email for one in _batch(User, profiles) if one.email}
        return {one.id: (one.name, emails[one.ownerId]) for one in servers if one.ownerId in emails}

    def tell(self, instance: Instance, mail_id: str, name: str, to: str, now: datetime) -> None:
        """Mail the owner that an instance is silent for long, and look after it no more.

        One transaction; nothing if a heartbeat came.
        """
        transaction = writes.Transaction()
        transaction.update(instance, _off_the_list(), _as_seen(instance))
        params = {"server": name, "plugin": instance.name}
        transaction.put(mail_item(mail_id, "plugin_silent", to, params, now))
        with suppress(writes.ConditionFailed):
            transaction.commit()

    def forget(self, instance: Instance) -> None:
        """Look after an instance no more: one write."""
        self._change(instance, _off_the_list(), _as_seen(instance))


def _batch(model: type[Any], wanted: Sequence[tuple[str, ...]]) -> Iterator[Any]:
    for start in range(0, len(wanted), _BATCH):
        yield from model.batch_get(list(wanted[start : start + _BATCH]))


def _off_the_list() -> list[Any]:
    return [PluginInstance.GSI2PK.remove(), PluginInstance.GSI2SK.remove()]


def _as_seen(instance: Instance) -> Any:
    beat = PluginInstance.beatAt
    same = beat.does_not_exist() if instance.beatAt is None else beat == instance.beatAt
    unmoved = PluginInstance.status == instance.status
    return unmoved & same & (PluginInstance.GSI2PK == instance.GSI2PK)
