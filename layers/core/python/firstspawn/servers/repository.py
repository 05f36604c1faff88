"""All reads and writes of servers, except those of entries that come and go."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from firstspawn.db import keys, pages, writes
from firstspawn.db.item import Item
from firstspawn.errors import Unavailable
from firstspawn.kit.clock import epoch
from firstspawn.servers.errors import ServerNotFound, SlugTaken, Stale
from firstspawn.servers.models import Location, Server, ServerParts, ServerStats, SlugGuard
from firstspawn.uptime.models import RosterMember

Parts = ServerParts
Extend = writes.Extend
SLUG_HELD = timedelta(days=30)
_PARTS = (keys.server_detail, keys.server_stats, keys.server_status)
_BATCH = 100 // len(_PARTS)
# Items a walk looks at in one call, and its calls: few of the items are servers, or none.
_SCANNED = 1000
_CALLS = 50
_MEMBER_FIELDS = {
    "edition": "edition",
    "ip": "ipAddress",
    "port": "port",
    "bedrockIp": "bedrockAddress",
    "bedrockPort": "bedrockPort",
    "queryPort": "queryPort",
    "launchDate": "launchDate",
}


def stored(values: dict[str, Any]) -> dict[str, Any]:
    """The values as an item takes them."""
    place = values.get("location")
    return {**values, "location": Location(**place)} if place else values  # type: ignore[no-untyped-call]


def unchanged(current: Server) -> Any:
    """Condition: the stored server is still the one that was read."""
    return Server.deletedAt.does_not_exist() & (Server.version == current.version)


class ServerRepository:
    """Entries of servers, with their counters and their state."""

    def find(self, server_id: str, *, consistent: bool = False) -> ServerParts | None:
        """One query for all parts; deleted servers are found, too."""
        prefix = keys.server_detail(server_id).pk
        found = Item.query(
            prefix, Item.SK.startswith(keys.SERVER_PARTS), consistent_read=consistent
        )
        return ServerParts.of(found)

    def find_by_slug(
        self, slug: str, now: datetime, *, consistent: bool = False
    ) -> ServerParts | None:
        """Two reads. A former slug finds its server as long as it is held."""
        guard = SlugGuard.find(keys.slug(slug), now, consistent=consistent)
        return self.find(guard.serverId, consistent=consistent) if guard else None

    def read_parts(self, server_ids: Sequence[str]) -> dict[str, ServerParts]:
        """Consistent reads of many servers, deleted ones too: one call for each 33."""
        found: dict[str, list[Item]] = {}
        for start in range(0, len(server_ids), _BATCH):
            batch = dict.fromkeys(server_ids[start : start + _BATCH])
            wanted = [tuple(part(one)) for one in batch for part in _PARTS]
            for item in Item.batch_get(wanted, consistent_read=True):
                found.setdefault(item.PK, []).append(item)
        parts = (ServerParts.of(items) for items in found.values())
        return {one.detail.id: one for one in parts if one}

    def walk_from(
        self, position: list[str] | None, limit: int
    ) -> tuple[list[str], list[str] | None]:
        """Ids of at most `limit` servers, deleted ones too, and where to go on; None: no more.

        Scans the whole table, so it is for the nightly reindex and operators' commands alone. Ends
        after 50 calls, however few servers it has met: a step has only so much time.
        """
        start = None
        if position:
            start = {name: {"S": value} for name, value in zip(("PK", "SK"), position, strict=True)}
        scan = Server.scan(
            attributes_to_get=["PK", "SK"],
            consistent_read=True,
            page_size=_SCANNED,
            last_evaluated_key=start,
        )
        found: list[dict[str, Any]] = []
        for page in islice(scan.page_iter, _CALLS):
            found += page["Items"]
            if len(found) >= limit:
                break
        end = scan.page_iter.last_evaluated_key
        if len(found) > limit:
            found = found[:limit]
            end = found[-1]
        ids = [keys.server_of(item["PK"]["S"]) for item in found]
        return ids, [end["PK"]["S"], end["SK"]["S"]] if end else None

    def note_counts(self, parts: ServerParts, past: Sequence[Sequence[int]]) -> None:
        """Keep what a server's counters were, unless they are moving at this moment: one write."""
        stats = parts.stats
        if stats is None:
            return
        notes = [list(note) for note in past]
        changes = [ServerStats.pastCounts.set(notes), ServerStats.version.add(1)]
        with suppress(writes.ConditionFailed, Unavailable):
            writes.update(stats, changes, ServerStats.version == stats.version)

    def owned(
        self, user_id: str, limit: int, after: Sequence[str] | None
    ) -> list[tuple[list[str], ServerParts]]:
        """A user's servers with their positions, newest first: a query and a read for each 33.

        Deleted servers have left the index.
        """
        index = Server.index1.Meta.index_name
        page = pages.read(
            Server, keys.owner_index(user_id), limit, after, index=index, newest_first=True
        )
        parts = self.read_parts([server.id for server in page])
        return [
            (pages.position(server, index), parts[server.id])
            for server in page
            if server.id in parts
        ]

    def change(
        self, parts: ServerParts, values: dict[str, Any], now: datetime, also: Extend | None = None
    ) -> None:
        """Set fields of an entry, also in `parts`: one update, or one transaction, or nothing.

        A new slug takes its guard and lets the old one find the server for 30 days; a new address
        goes to the roster. `also` adds writes of others. Raises SlugTaken, Stale.
        """
        current = parts.detail
        values = {
            name: value
            for name, value in stored(values).items()
            if name == "location" or getattr(current, name) != value
        }
        if not values:
            return
        structural = [name for name in values if name == "slug" or name in _MEMBER_FIELDS]
        try:
            if structural or also:
                self._change_with_dependants(current, values, now, also)
            else:
                writes.update(current, _actions(values, now), unchanged(current))
        except writes.ConditionFailed as error:
            raise Stale from error

    @staticmethod
    def _change_with_dependants(
        current: Server, values: dict[str, Any], now: datetime, also: Extend | None
    ) -> None:
        transaction = writes.Transaction()
        transaction.update(current, _actions(values, now), unchanged(current))
        if "slug" in values:
            free = SlugGuard.absent(now) | (SlugGuard.serverId == current.id)
            taken = SlugGuard.at(keys.slug(values["slug"]), serverId=current.id, createdAt=now)
            transaction.put(taken, free, SlugTaken())
            hold(transaction, current, now)
        moved = {_MEMBER_FIELDS[name]: values[name] for name in _MEMBER_FIELDS if name in values}
        if moved:
            key = keys.roster_member(int(current.rosterShard), current.id)
            changes = [_set(RosterMember, name, value) for name, value in moved.items()]
            transaction.update(RosterMember.at(key), changes, RosterMember.PK.exists())
        transaction.extend(also)
        transaction.commit()
        for name, value in values.items():
            setattr(current, name, value)
        current.updatedAt, current.version = now, current.version + 1

    def set_banner(self, server_id: str, url: str | None, now: datetime) -> None:
        """Set or remove the banner: one update. Raises ServerNotFound."""
        alive = Server.PK.exists() & Server.deletedAt.does_not_exist()
        server = Server.at(keys.server_detail(server_id))
        writes.update(server, _actions({"bannerUrl": url}, now), alive, ServerNotFound())


def hold(transaction: writes.Transaction, server: Server, now: datetime) -> None:
    """Keep a server's present slug from others for 30 days from now on."""
    guard = SlugGuard.at(keys.slug(server.slug))
    until = SlugGuard.expiresAt.set(epoch(now + SLUG_HELD))
    transaction.update(guard, [until], SlugGuard.serverId == server.id)


def _actions(values: dict[str, Any], now: datetime) -> list[Any]:
    changes = [_set(Server, name, value) for name, value in values.items()]
    return [*changes, Server.updatedAt.set(now), Server.version.add(1)]


def _set(model: type[Item], name: str, value: Any) -> Any:
    attribute = getattr(model, name)
    return attribute.remove() if value is None else attribute.set(value)
