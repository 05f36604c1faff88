"""Rules of instances and their credentials: what owners and the staff do with them."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from firstspawn.clients.vault import Vault
from firstspawn.errors import ChangedMeanwhile, Unavailable
from firstspawn.kit.clock import Clock
from firstspawn.kit.encoding import to_base64url
from firstspawn.kit.ids import NewId, RandomBytes
from firstspawn.kit.signing import sha256_hex
from firstspawn.plugins.authenticator import vault_context
from firstspawn.plugins.errors import PluginNotFound
from firstspawn.plugins.heartbeats import Refresh
from firstspawn.plugins.repository import Extend, Instance, PluginRepository
from firstspawn.plugins.rolls import STALE_AFTER
from firstspawn.plugins.schemas import (
    KEY_PREFIX,
    SECRET_PREFIX,
    EditPlugin,
    IssuedPlugin,
    IssuePlugin,
    PluginList,
    PluginStatus,
    PluginView,
    RotatedSecret,
    RotateSecret,
)
from firstspawn.reactions.schemas import Happening
from firstspawn.servers.schemas import ServerView
from firstspawn.servers.service import Noting, ServerService, staffs
from firstspawn.users.schemas import Caller

_KEY_BYTES, _SECRET_BYTES, _HINT = 18, 32, 4
_ATTEMPTS = 5
_SERVER_DELETED = "the server was deleted"


class PluginService:
    """Issues, shows, rotates and ends credentials. Each change is one transaction."""

    def __init__(
        self,
        repository: PluginRepository,
        servers: ServerService,
        vault: Callable[[], Vault],
        *,
        clock: Clock,
        new_id: NewId,
        random: RandomBytes,
        refresh: Refresh,
    ) -> None:
        self._plugins, self._servers, self._vault = repository, servers, vault
        self._refresh = refresh
        self._clock, self._new_id, self._random = clock, new_id, random

    def issue(self, caller: Caller, server: str, form: IssuePlugin) -> IssuedPlugin:
        """Make an instance; its secret is shown this once, to the owner alone.

        Raises ServerNotFound, NotTheOwner, PluginLimitReached.
        """
        found = self._servers.own(caller, server)
        key = KEY_PREFIX + to_base64url(self._random(_KEY_BYTES))
        secret = self._new_secret()
        plugin_id, now = self._new_id(), self._clock()
        values = {
            "id": plugin_id,
            "serverId": found.id,
            "gameType": found.gameType.value,
            "name": form.name,
            "allowedIps": form.allowedIps,
            "keyHash": sha256_hex(key),
            "keyHint": key[-_HINT:],
        }
        sealed = self._sealed(secret, found.id, plugin_id)
        instance = self._plugins.issue(values, sealed, self._plugins.book(found.id, now), now)
        return IssuedPlugin(plugin=plugin_view(instance, now, {}), apiKey=key, apiSecret=secret)

    def list(self, caller: Caller, server: str) -> PluginList:
        """All instances of a server. Raises ServerNotFound, NotTheOwner."""
        found, now = self._servers.editable(caller, server), self._clock()
        minutes = self._plugins.minutes(found.id, now)
        items = [plugin_view(one, now, minutes) for one in self._plugins.of(found.id, now)]
        return PluginList(items=items, trusted=self._plugins.book(found.id, now).trusted)

    def edit(
        self,
        caller: Caller,
        server: str,
        plugin: str,
        form: EditPlugin,
        note: Noting | None = None,
    ) -> PluginView:
        """Rename an instance, or let other addresses call.

        Raises ServerNotFound, NotTheOwner, PluginNotFound, ChangedMeanwhile.
        """
        found = self._servers.editable(caller, server)
        instance = self._living(found, plugin)
        changes = {name: value for name, value in form.model_dump().items() if value is not None}
        if changes:
            also = staffs(caller, found, note)
            self._plugins.edit(instance, changes, self._clock(), also)
        return self._shown(instance.serverId, plugin)

    def rotate(self, caller: Caller, server: str, plugin: str, form: RotateSecret) -> RotatedSecret:
        """Make a new secret, for the owner alone; the old one stays good for a while.

        Raises ServerNotFound, NotTheOwner, PluginNotFound, ChangedMeanwhile.
        """
        instance, now = self._living(self._servers.own(caller, server), plugin), self._clock()
        secret = self._new_secret()
        until = now + timedelta(hours=form.overlapHours) if form.overlapHours else None
        sealed = self._sealed(secret, instance.serverId, instance.id)
        self._plugins.rotate(instance, sealed, until, now)
        return RotatedSecret(apiSecret=secret, previousSecretUntil=until)

    def revoke(self, caller: Caller, server: str, plugin: str, note: Noting | None = None) -> None:
        """End an instance for good. Raises ServerNotFound, NotTheOwner, PluginNotFound."""
        found = self._servers.editable(caller, server)
        instance = self._living(found, plugin)
        also = staffs(caller, found, note)
        self.move(found.id, instance.id, PluginStatus.REVOKED, also=also)

    def follow_deletion(self, happening: Happening) -> None:
        """`server.deleted {serverId}`: its instances end with it. Told again it does nothing.

        A query, and for each that is left two reads and a transaction. No instance can come
        afterwards: issuing one is conditional on a server that is there.
        """
        server_id, now = happening.data["serverId"], self._clock()
        if self._servers.present([server_id]):
            return
        for instance in self._plugins.of(server_id, now):
            if instance.status != PluginStatus.REVOKED:
                self.move(server_id, instance.id, PluginStatus.REVOKED, _SERVER_DELETED)

    def suspend(
        self, server_id: str, plugin_id: str, reason: str, also: Extend | None = None
    ) -> PluginView:
        """Turn an instance's calls away until it is reinstated; again is no failure.

        `also` notes in the same transaction who did it. Raises PluginNotFound (also if it was
        revoked).
        """
        self.move(server_id, plugin_id, PluginStatus.SUSPENDED, reason, also)
        return self._shown(server_id, plugin_id)

    def reinstate(self, server_id: str, plugin_id: str, also: Extend | None = None) -> PluginView:
        """Let a suspended instance call again. Raises PluginNotFound."""
        self.move(server_id, plugin_id, PluginStatus.ACTIVE, also=also)
        return self._shown(server_id, plugin_id)

    def trust(self, server_id: str, *, trusted: bool, also: Extend | None = None) -> PluginList:
        """Let a server vouch for its players everywhere, or on itself alone.

        Raises ServerNotFound, ChangedMeanwhile.
        """
        found, _ = self._servers.get(server_id)
        now = self._clock()
        instances = self._plugins.of(found.id, now)
        self._plugins.trust(found.id, instances, now, trusted=trusted, also=also)
        minutes = self._plugins.minutes(found.id, now)
        items = [plugin_view(one, now, minutes) for one in instances]
        return PluginList(items=items, trusted=trusted)

    def move(
        self,
        server_id: str,
        plugin_id: str,
        to: PluginStatus,
        reason: str | None = None,
        also: Extend | None = None,
    ) -> None:
        """Change a status: two reads, one transaction, again when somebody else was faster.

        Then what people see of the server is renewed; if that fails, a look of the watch does it.
        """
        for _ in range(_ATTEMPTS):
            now = self._clock()
            instance = self._plugins.find(server_id, plugin_id, now)
            wanted = target(instance, to)
            if instance.status == wanted:
                return
            book = self._plugins.book(server_id, now)
            with suppress(ChangedMeanwhile):
                self._plugins.move(instance, wanted, book, {}, now, reason, also)
                self._refresh(server_id, instance.gameType, self._clock())
                return
        raise Unavailable(code="write_contention", retry_after=1)

    def _living(self, server: ServerView, plugin: str) -> Instance:
        instance = self._plugins.find(server.id, plugin, self._clock())
        if instance.status == PluginStatus.REVOKED:
            raise PluginNotFound
        return instance

    def _shown(self, server_id: str, plugin_id: str) -> PluginView:
        now = self._clock()
        minutes = self._plugins.minutes(server_id, now)
        return plugin_view(self._plugins.find(server_id, plugin_id, now), now, minutes)

    def _new_secret(self) -> str:
        return SECRET_PREFIX + to_base64url(self._random(_SECRET_BYTES))

    def _sealed(self, secret: str, server_id: str, plugin_id: str) -> str:
        return self._vault().seal(secret.encode(), vault_context(server_id, plugin_id))


def target(instance: Any, to: PluginStatus) -> PluginStatus:
    """Where a change leads: what is revoked stays so, and what never verified does not become
    active by being let in again. Raises PluginNotFound."""
    if instance.status == PluginStatus.REVOKED and to is not PluginStatus.REVOKED:
        raise PluginNotFound
    if to is PluginStatus.ACTIVE and instance.verifiedAt is None:
        return PluginStatus.PENDING_VERIFICATION
    return to


def plugin_view(instance: Instance, now: datetime, minutes: Mapping[str, int]) -> PluginView:
    """An instance as its owner sees it; `minutes` are its server's, by instance."""
    view = PluginView.model_validate(instance)
    last = view.lastHeartbeat or view.verifiedAt
    is_active = view.status is PluginStatus.ACTIVE
    ends = view.previousSecretUntil
    return view.model_copy(
        update={
            "totalPlaytime": view.totalPlaytime + minutes.get(view.id, 0),
            "isStale": is_active and (last is None or now - last >= STALE_AFTER),
            "previousSecretUntil": ends if ends and ends > now else None,
        }
    )
