"""What a signed call reads and leaves behind: its credential, and the mark that it was seen."""

from dataclasses import dataclass
from datetime import datetime

from firstspawn.db import keys, writes
from firstspawn.kit.clock import epoch
from firstspawn.plugins.errors import Replayed
from firstspawn.plugins.models import PluginCredential, PluginReplay


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """A credential as it is stored; secrets are sealed, each with when it ends."""

    pluginId: str
    serverId: str
    gameType: str
    status: str
    statusReason: str | None
    trusted: bool
    secrets: tuple[tuple[str, datetime | None], ...]
    allowedIps: tuple[str, ...]
    pluginVersion: str | None


class SigningRepository:
    """Credentials by the hash of their key."""

    def find(self, key_hash: str, now: datetime) -> StoredCredential | None:
        """One consistent read: who was just given a key may use it."""
        found = PluginCredential.find(keys.plugin_credential(key_hash), now, consistent=True)
        if found is None:
            return None
        sealed = ((found.secret, None), (found.previousSecret, found.previousUntil))
        return StoredCredential(
            found.pluginId,
            found.serverId,
            found.gameType,
            found.status,
            found.statusReason,
            bool(found.trusted),
            tuple((secret, until) for secret, until in sealed if secret),
            tuple(map(str, found.allowedIps)),
            found.pluginVersion,
        )

    def mark(self, plugin_id: str, mark: str, now: datetime, until: datetime) -> None:
        """Note that a request was seen: one write. Raises Replayed if it was before."""
        key = keys.replay(plugin_id, mark)
        item = PluginReplay.at(key, expiresAt=epoch(until) + 1)
        writes.put(item, PluginReplay.absent(now), Replayed())
