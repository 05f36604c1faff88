"""What a plugin itself may change of its instance: its verification."""

from contextlib import suppress
from typing import Any

from firstspawn.errors import ChangedMeanwhile, Unavailable
from firstspawn.kit.clock import Clock
from firstspawn.plugins.errors import PluginNotFound, Revoked, Suspended
from firstspawn.plugins.installation_schemas import Verified, Verify
from firstspawn.plugins.releases import Releases
from firstspawn.plugins.repository import Instance, PluginRepository
from firstspawn.plugins.schemas import PluginCaller, PluginStatus
from firstspawn.servers.service import ServerService

_ATTEMPTS = 5


class InstallationService:
    """Verifies installations."""

    def __init__(
        self,
        repository: PluginRepository,
        servers: ServerService,
        releases: Releases,
        *,
        clock: Clock,
    ) -> None:
        self._plugins, self._servers, self._releases = repository, servers, releases
        self._clock = clock

    def verify(self, caller: PluginCaller, form: Verify) -> Verified:
        """Activate an instance, or note what an active one runs now: 3 reads, 1 transaction.

        Raises PluginOutdated, Invalid (no official version), ServerNotFound, Revoked, Suspended,
        Unavailable.
        """
        self._releases.check_official(caller.gameType, form.pluginVersion)
        server, _ = self._servers.get(caller.serverId)
        for _ in range(_ATTEMPTS):
            with suppress(ChangedMeanwhile):
                instance = self._noted(caller, form.model_dump())
                release = self._releases.of(caller.gameType)
                return Verified(
                    pluginId=instance.id,
                    serverId=server.id,
                    serverName=server.name,
                    gameType=server.gameType,
                    status=PluginStatus.ACTIVE,
                    verifiedAt=instance.verifiedAt,
                    latestVersion=release.latest,
                    download=release.download,
                )
        raise Unavailable(code="write_contention", retry_after=1)

    def _noted(self, caller: PluginCaller, values: dict[str, Any]) -> Instance:
        now = self._clock()
        try:
            instance = self._plugins.find(caller.serverId, caller.pluginId, now)
        except PluginNotFound:
            raise Revoked from None
        if instance.status == PluginStatus.REVOKED:
            raise Revoked(reason=instance.statusReason)
        if instance.status == PluginStatus.SUSPENDED:
            raise Suspended(reason=instance.statusReason)
        if all(getattr(instance, name) == value for name, value in values.items()) and (
            instance.status == PluginStatus.ACTIVE
        ):
            return instance
        if instance.verifiedAt is None:
            instance.verifiedAt = now
            values = {**values, "verifiedAt": now}
        book = self._plugins.book(caller.serverId, now)
        self._plugins.move(instance, PluginStatus.ACTIVE, book, values, now)
        return instance
