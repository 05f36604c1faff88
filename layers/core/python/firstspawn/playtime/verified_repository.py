"""All reads and writes of verified playtime, and of what it is computed from.

What a user has is computed again from clocks and links each time, never added to: so it matters
neither how often it is done nor in which order the news come.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from firstspawn.db import identity_keys, keys, pages, writes
from firstspawn.db.item import Item
from firstspawn.errors import ChangedMeanwhile
from firstspawn.identities.models import Identity, IdentityGuard
from firstspawn.playtime import accounting
from firstspawn.playtime.models import Played
from firstspawn.playtime.repository import ClockRepository

_BATCH = 100


class Link(NamedTuple):
    """A player that a user is linked with; `scope` is the one server where that holds, or none."""

    platform: str
    player: str
    scope: str | None


class VerifiedRepository:
    """Users' playtime."""

    def __init__(self, clocks: ClockRepository) -> None:
        self._clocks = clocks

    def find(self, user_id: str, server_id: str, now: datetime) -> Played | None:
        """A user's playtime on a server: one consistent read."""
        return Played.find(keys.played(user_id, server_id), now, consistent=True)

    def page(
        self, user_id: str, limit: int, after: Sequence[str] | None
    ) -> list[tuple[list[str], Played]]:
        """A user's playtime by server, with the position of each: one query."""
        prefix = keys.played(user_id, "")
        found = pages.read(Played, prefix.pk, limit, after, prefix=prefix.sk)
        return [(pages.position(one), one) for one in found]

    def users_of(self, platform: str, player: str, server_id: str, now: datetime) -> set[str]:
        """Who is linked with a player, everywhere or on a server alone: one consistent read."""
        wanted = [
            tuple(identity_keys.identity_guard(platform, player, one)) for one in ("", server_id)
        ]
        found = IdentityGuard.batch_get(wanted, consistent_read=True)
        return {guard.userId for guard in found if guard.is_alive(now)}

    def links(self, user_id: str, now: datetime) -> list[Link]:
        """All players and accounts a user is linked with: one consistent query."""
        prefix = identity_keys.identity(user_id, "")
        found = Identity.query(prefix.pk, Identity.SK.startswith(prefix.sk), consistent_read=True)
        return [
            Link(one.platform, one.platformUserId, one.scopeServerId)
            for one in found
            if one.is_alive(now)
        ]

    def all_of(self, platform: str, player: str) -> dict[str, accounting.Played]:
        """What a player has on every server: one read, and a query if a clock was ever full."""
        clock = self._clocks.read(platform, [player], consistent=True)[player]
        spilled = self._clocks.spilled(platform, player) if clock.spilled else {}
        return spilled | clock.servers

    def mark_linked(self, platform: str, player: str) -> None:
        """Let changes of a player's clock be told: one write."""
        self._clocks.mark_linked(platform, player)

    def read(self, user_id: str, server_ids: Iterable[str]) -> dict[str, Played]:
        """A user's playtime on some servers as it is stored: one call for each hundred."""
        wanted = [tuple(keys.played(user_id, one)) for one in server_ids]
        found: dict[str, Played] = {}
        for start in range(0, len(wanted), _BATCH):
            batch = Played.batch_get(wanted[start : start + _BATCH], consistent_read=True)
            found |= {item.serverId: item for item in batch}
        return found

    def write(
        self,
        user_id: str,
        totals: dict[str, accounting.Played],
        before: dict[str, Played],
        now: datetime,
    ) -> None:
        """Store what is new about a user's playtime: a transaction for each hundred servers.

        Each item is written under the version read before what it was computed from: of two who
        compute at once, the one that read older news fails. Raises ChangedMeanwhile.
        """
        changed = [one for one in totals if not _is_same(before.get(one), totals[one])]
        for start in range(0, len(changed), _BATCH):
            transaction = writes.Transaction()
            for server_id in changed[start : start + _BATCH]:
                _put(transaction, user_id, server_id, totals[server_id], before.get(server_id), now)
            try:
                transaction.commit()
            except writes.ConditionFailed as error:
                raise ChangedMeanwhile from error

    def forget(self, user_id: str) -> None:
        """Remove all of a user's playtime: a query, and a write for each server, 25 a call."""
        prefix = keys.played(user_id, "")
        found = list(Played.query(prefix.pk, Played.SK.startswith(prefix.sk)))
        with Item.batch_write() as batch:
            for item in found:
                batch.delete(item)


def _is_same(before: Played | None, total: accounting.Played) -> bool:
    if before is None:
        return not total.active + total.afk
    stored = (int(before.activeMinutes), int(before.afkMinutes), before.lastPlayedAt)
    return stored == (total.minutes, total.afk // 60, _moment(total.last))


def _put(
    transaction: writes.Transaction,
    user_id: str,
    server_id: str,
    total: accounting.Played,
    before: Played | None,
    now: datetime,
) -> None:
    version = int(before.version) if before else 0
    unchanged: Any = Played.version == version if before else Played.PK.does_not_exist()
    item = Played.at(
        keys.played(user_id, server_id),
        userId=user_id, serverId=server_id, activeMinutes=total.minutes,
        afkMinutes=total.afk // 60, lastPlayedAt=_moment(total.last), version=version + 1,
        createdAt=before.createdAt if before else now, updatedAt=now,
    )  # fmt: skip
    if total.active + total.afk:
        transaction.put(item, unchanged)
    else:
        transaction.delete(item, unchanged)


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
