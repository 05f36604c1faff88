"""All reads and writes of suspicion."""

from collections.abc import Callable
from datetime import datetime, timedelta

from firstspawn.db import keys, writes
from firstspawn.errors import ChangedMeanwhile
from firstspawn.kit.clock import epoch
from firstspawn.kit.ids import is_ulid
from firstspawn.mail.models import mail_item
from firstspawn.playtime.batches import Draft
from firstspawn.playtime.models import Anomaly, Watch
from firstspawn.playtime.repository import anomaly_item
from firstspawn.servers.models import Server
from firstspawn.users.models import User

_KEPT = timedelta(days=30)
_REASONS_KEPT = 20
_ATTEMPTS = 5


class WatchRepository:
    """How suspicious instances are."""

    def raise_score(
        self,
        subject: tuple[str, str, str],
        draft: Draft,
        faded: Callable[[int, int, int], int],
        now: datetime,
        *,
        note: bool,
    ) -> int:
        """Add a report's suspicion to its instance's score: a read and a write; the new score.

        `subject` are server, platform and the report's digest: the same report, sent again, adds
        nothing. With `note` the anomaly is stored in the same transaction. Raises ChangedMeanwhile
        if other reports got in between five times.
        """
        server_id, platform, digest = subject
        key = keys.watch(server_id, draft.plugin_id)
        for _ in range(_ATTEMPTS):
            found = Watch.find(key, now, consistent=True)
            if found and found.digest == digest:
                return int(found.score)
            score = faded(int(found.score), int(found.scoredAt), epoch(now)) if found else 0
            told = dict.fromkeys([*(found.reasons if found else []), *draft.reasons])
            watch = Watch.at(
                key,
                serverId=server_id, pluginId=draft.plugin_id, score=score + draft.suspicion,
                scoredAt=epoch(now), digest=digest, reasons=list(told)[-_REASONS_KEPT:],
                version=int(found.version) + 1 if found else 1, expiresAt=epoch(now + _KEPT),
            )  # fmt: skip
            unchanged = Watch.version == found.version if found else Watch.absent(now)
            transaction = writes.Transaction()
            transaction.put(watch, unchanged)
            if note:
                item = anomaly_item(draft, platform, server_id, now)
                transaction.put(item, Anomaly.PK.does_not_exist())
            try:
                transaction.commit()
            except writes.ConditionFailed:
                continue
            return int(watch.score)
        raise ChangedMeanwhile

    def reasons(self, server_id: str, plugin_id: str, now: datetime) -> list[str]:
        """What an instance was found to do, oldest first: one read."""
        found = Watch.find(keys.watch(server_id, plugin_id), now, consistent=True)
        return list(found.reasons) if found else []

    def mail_owner(self, server_id: str, mail_id: str, reasons: str, now: datetime) -> None:
        """Tell a server's owner that its plugin was suspended: two reads, a write."""
        server = Server.find(keys.server_detail(server_id), now)
        owner = User.find(keys.profile(server.ownerId), now) if server else None
        if server is None or owner is None or not owner.email:
            return
        params = {"server": server.name, "slug": server.slug, "reasons": reasons}
        writes.put(mail_item(mail_id, "plugin_suspended", owner.email, params, now))

    def forget(self, server_id: str, plugin_id: str) -> None:
        """Start an instance from zero again: one write. What is no id was never watched."""
        if is_ulid(server_id) and is_ulid(plugin_id):
            writes.delete(Watch.at(keys.watch(server_id, plugin_id)))
