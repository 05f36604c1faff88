"""The owner's and the staff's reads and writes of plugins: an instance, its credential and the
server's book move together."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.kit.clock import epoch
from firstspawn.kit.ids import is_ulid
from firstspawn.plugins.errors import PluginLimitReached, PluginNotFound
from firstspawn.plugins.models import PluginBook, PluginCredential, PluginInstance
from firstspawn.plugins.rolls import next_look
from firstspawn.plugins.schemas import INSTANCES_A_SERVER, PluginStatus
from firstspawn.servers.errors import ServerNotFound
from firstspawn.servers.models import Server, ServerStats
from firstspawn.servers.stats_repository import plugin_minutes

Instance = PluginInstance
Extend = writes.Extend
_REVOKED_KEPT = timedelta(days=30)


class Numbers(NamedTuple):
    """A server's book as it was read."""

    instances: int
    active: int
    trusted: bool


class PluginRepository:
    """Instances of servers."""

    def book(self, server_id: str, now: datetime) -> Numbers:
        """A server's instances in numbers: one consistent read."""
        book = PluginBook.find(keys.plugin_book(server_id), now, consistent=True)
        if book is None:
            return Numbers(0, 0, trusted=False)
        return Numbers(int(book.instances), int(book.active), bool(book.trusted))

    def minutes(self, server_id: str, now: datetime) -> dict[str, int]:
        """The minutes counted through each living instance, by id: one consistent read."""
        return plugin_minutes(server_id, now)

    def find(self, server_id: str, plugin_id: str, now: datetime) -> Instance:
        """One instance: one consistent read. Raises PluginNotFound."""
        if not (is_ulid(server_id) and is_ulid(plugin_id)):
            raise PluginNotFound
        found = PluginInstance.find(keys.plugin(server_id, plugin_id), now, consistent=True)
        if found is None:
            raise PluginNotFound
        return found

    def of(self, server_id: str, now: datetime) -> list[Instance]:
        """All instances of a server, oldest first: one consistent query."""
        prefix = keys.plugin(server_id, "")
        found = PluginInstance.query(
            prefix.pk, PluginInstance.SK.startswith(prefix.sk), consistent_read=True
        )
        return [one for one in found if one.is_alive(now)]

    def issue(
        self, values: dict[str, Any], secret: str, book: Numbers, now: datetime
    ) -> PluginInstance:
        """Store a new instance in one transaction; `secret` is sealed.

        Raises PluginLimitReached, ServerNotFound, ChangedMeanwhile.
        """
        server_id = values["serverId"]
        instance = PluginInstance.at(
            keys.plugin(server_id, values["id"]),
            **values, status=PluginStatus.PENDING_VERIFICATION, createdAt=now, updatedAt=now,
        )  # fmt: skip
        credential = PluginCredential.at(
            keys.plugin_credential(instance.keyHash),
            pluginId=instance.id, serverId=server_id, gameType=instance.gameType,
            status=instance.status, trusted=book.trusted, secret=secret,
            allowedIps=instance.allowedIps, createdAt=now,
        )  # fmt: skip
        transaction = writes.Transaction()
        listed = Server.PK.exists() & Server.deletedAt.does_not_exist()
        transaction.check(Server.at(keys.server_detail(server_id)), listed, ServerNotFound())
        room = PluginBook.instances.does_not_exist() | (PluginBook.instances < INSTANCES_A_SERVER)
        transaction.update(
            PluginBook.at(keys.plugin_book(server_id)),
            [PluginBook.type.set(PluginBook), PluginBook.instances.add(1),
             PluginBook.active.add(0), PluginBook.trusted.set(book.trusted)],
            room & _trust_is(book.trusted), PluginLimitReached(),
        )  # fmt: skip
        transaction.put(instance, PluginInstance.PK.does_not_exist())
        transaction.put(credential, PluginCredential.PK.does_not_exist())
        transaction.commit()
        return instance

    def edit(
        self, instance: Instance, changes: dict[str, Any], now: datetime, also: Extend | None = None
    ) -> None:
        """Rename an instance, or let other addresses call: one transaction, with others' writes.

        Raises ChangedMeanwhile.
        """
        transaction = writes.Transaction()
        actions = [getattr(PluginInstance, name).set(value) for name, value in changes.items()]
        transaction.update(instance, [*actions, *_touched(now)], _as_read(instance), _changed())
        if "allowedIps" in changes:
            credential = _credential(instance)
            allowed = PluginCredential.allowedIps.set(changes["allowedIps"])
            transaction.update(credential, [allowed], PluginCredential.PK.exists(), _changed())
        transaction.extend(also)
        transaction.commit()

    def rotate(
        self, instance: Instance, secret: str, until: datetime | None, now: datetime
    ) -> None:
        """Store a new sealed secret; the present one stays good until `until`, if at all.

        Raises ChangedMeanwhile: after another rotation, or a revocation.
        """
        credential, previous = _credential(instance), PluginCredential.previousSecret
        ends = PluginCredential.previousUntil
        actions = [PluginCredential.secret.set(secret)]
        actions += (
            [previous.set(PluginCredential.secret), ends.set(until)]
            if until
            else [previous.remove(), ends.remove()]
        )
        shown = PluginInstance.previousSecretUntil
        transaction = writes.Transaction()
        transaction.update(
            instance, [shown.set(until) if until else shown.remove(), *_touched(now)],
            _as_read(instance), _changed(),
        )  # fmt: skip
        transaction.update(credential, actions, PluginCredential.PK.exists(), _changed())
        transaction.commit()

    def trust(
        self, server_id: str, instances: list[Instance], now: datetime, *, trusted: bool,
        also: Extend | None = None,
    ) -> None:  # fmt: skip
        """Tell a server's book and all its credentials, in one transaction, with others' writes.

        Raises ChangedMeanwhile if an instance came or went meanwhile.
        """
        alive = [one for one in instances if one.status != PluginStatus.REVOKED]
        book = PluginBook.at(keys.plugin_book(server_id))
        same = PluginBook.instances == len(alive)
        if not alive:
            same |= PluginBook.instances.does_not_exist()
        transaction = writes.Transaction()
        changes = [PluginBook.trusted.set(trusted), PluginBook.updatedAt.set(now)]
        transaction.update(book, [PluginBook.type.set(PluginBook), *changes], same, _changed())
        for one in alive:
            action = PluginCredential.trusted.set(trusted)
            known = PluginCredential.PK.exists()
            transaction.update(_credential(one), [action], known, _changed())
        transaction.extend(also)
        transaction.commit()

    def move(
        self, instance: Instance, to: PluginStatus, book: Numbers, values: dict[str, Any],
        now: datetime, reason: str | None = None, also: Extend | None = None,
    ) -> None:  # fmt: skip
        """Change an instance's status, and with it whether its server is verified.

        One transaction of three items, four when the server's mark changes; a read and an item
        more when an instance ends that playtime came through. `values` are further
        attributes of the instance, `also` adds writes of others. Raises ChangedMeanwhile,
        ServerNotFound.
        """
        was, revoked = instance.status, to is PluginStatus.REVOKED
        delta = (to is PluginStatus.ACTIVE) - (was == PluginStatus.ACTIVE)
        version = values.get("pluginVersion")
        transaction = writes.Transaction()
        actions = [_set(PluginInstance, name, value) for name, value in values.items()]
        actions += [PluginInstance.status.set(to), _set(PluginInstance, "statusReason", reason)]
        if revoked:
            actions.append(PluginInstance.expiresAt.set(epoch(now + _REVOKED_KEPT)))
            # Nobody compares with them any more, and every list of the server's would read them.
            actions += [PluginInstance.players.remove(), PluginInstance.earlierPlayers.remove()]
            actions += _keep_minutes(transaction, instance, now)
        if to is PluginStatus.ACTIVE:
            actions += listing(instance.id, next_look(now, now))
        else:
            # It stays on the list: whoever ends it may die before people see what follows.
            actions.append(PluginInstance.staleSince.remove())
        transaction.update(instance, [*actions, *_touched(now)], _as_read(instance), _changed())
        mirrored = [PluginCredential.status.set(to), _set(PluginCredential, "statusReason", reason)]
        if version:
            mirrored.append(PluginCredential.pluginVersion.set(version))
        if revoked:
            mirrored += [PluginCredential.secret.remove(), PluginCredential.previousSecret.remove()]
            mirrored.append(PluginCredential.expiresAt.set(epoch(now + _REVOKED_KEPT)))
        known = PluginCredential.PK.exists()
        transaction.update(_credential(instance), mirrored, known, _changed())
        as_read = (PluginBook.instances == book.instances) & (PluginBook.active == book.active)
        counts = [PluginBook.active.add(delta), PluginBook.instances.add(-int(revoked))]
        entry = PluginBook.at(keys.plugin_book(instance.serverId))
        transaction.update(entry, counts, as_read, _changed())
        if bool(book.active) != bool(book.active + delta):
            _mark_server(transaction, instance.serverId, now, verified=delta > 0)
        transaction.extend(also)
        transaction.commit()


def listing(plugin_id: str, bucket: int) -> list[Any]:
    """Actions that put an instance on the list of those to look after at some time."""
    index = (PluginInstance.GSI2PK, PluginInstance.GSI2SK)
    values = (keys.plugin_watch(bucket), plugin_id)
    return [attribute.set(value) for attribute, value in zip(index, values, strict=True)]


def _keep_minutes(transaction: writes.Transaction, instance: Instance, now: datetime) -> list[Any]:
    """What came through an instance goes from its server's counters, which must not grow with
    every instance there ever was, to the instance itself."""
    minutes = plugin_minutes(instance.serverId, now).get(instance.id)
    if minutes is None:
        return []
    shares: Any = ServerStats.pluginMinutes
    share = shares[instance.id]
    stats = ServerStats.at(keys.server_stats(instance.serverId))
    actions = [share.remove(), ServerStats.version.add(1)]
    transaction.update(stats, actions, share == minutes, _changed())
    return [PluginInstance.totalPlaytime.add(minutes)]


def _mark_server(
    transaction: writes.Transaction, server_id: str, now: datetime, *, verified: bool
) -> None:
    server = Server.at(keys.server_detail(server_id))
    actions = [Server.isVerified.set(verified), Server.updatedAt.set(now), Server.version.add(1)]
    listed = Server.PK.exists()
    if verified:
        listed &= Server.deletedAt.does_not_exist()
    transaction.update(server, actions, listed, ServerNotFound())


def _credential(instance: Instance) -> PluginCredential:
    return PluginCredential.at(keys.plugin_credential(instance.keyHash))


def _trust_is(trusted: bool) -> Any:
    if trusted:
        return PluginBook.trusted == True  # noqa: E712 -- builds a condition
    return PluginBook.trusted.does_not_exist() | (PluginBook.trusted == False)  # noqa: E712


def _as_read(instance: Instance) -> Any:
    return PluginInstance.version == instance.version


def _touched(now: datetime) -> list[Any]:
    return [PluginInstance.updatedAt.set(now), PluginInstance.version.add(1)]


def _set(model: Any, name: str, value: Any) -> Any:
    attribute = getattr(model, name)
    return attribute.remove() if value is None else attribute.set(value)


def _changed() -> ChangedMeanwhile:
    return ChangedMeanwhile()
