"""Verified playtime of users: what the players they are linked with have, kept current.

Two things make it change: a linked player's clock moved, or a link came or went. Either way it is
computed again from the table as it is then. Somebody with two players on a server has the more
of the two there, not the sum: both can be played at the same time.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress

from firstspawn.errors import ChangedMeanwhile, Unavailable
from firstspawn.identities.schemas import SIGN_IN
from firstspawn.kit.clock import Clock
from firstspawn.kit.cursors import Cursors
from firstspawn.kit.dto import Page
from firstspawn.playtime.accounting import Played
from firstspawn.playtime.schemas import PlayedList, PlayedView
from firstspawn.playtime.verified_repository import Link, VerifiedRepository
from firstspawn.reactions.schemas import Happening
from firstspawn.servers.service import ServerService
from firstspawn.users.schemas import Caller

_ATTEMPTS = 8


class VerifiedService:
    """Shows and keeps users' playtime. Only lists ask for the stack's keys."""

    def __init__(
        self,
        repository: VerifiedRepository,
        servers: ServerService,
        clock: Clock,
        cursors: Callable[[], Cursors],
    ) -> None:
        self._played, self._servers = repository, servers
        self._clock, self._cursors = clock, cursors

    def minutes(self, user_id: str, server_id: str) -> int:
        """Verified active minutes of a user on a server: one read."""
        found = self._played.find(user_id, server_id, self._clock())
        return int(found.activeMinutes) if found else 0

    def mine(self, caller: Caller, page: Page) -> PlayedList:
        """The caller's playtime by server: a query, and a read for each 33. Raises BadCursor."""
        query, cursors = {"list": "playtime", "user": caller.userId}, self._cursors()
        after = cursors.read(query, page.cursor)
        found = self._played.page(caller.userId, page.limit + 1, after)
        shown, cursor = cursors.cut(query, found, page.limit, lambda one: one[0])
        names = self._servers.present([one.serverId for _, one in shown])
        items = [
            PlayedView(
                serverId=one.serverId,
                serverName=names[one.serverId].name if one.serverId in names else None,
                activeMinutes=int(one.activeMinutes),
                afkMinutes=int(one.afkMinutes),
                lastPlayedAt=one.lastPlayedAt,
            )
            for _, one in shown
        ]
        return PlayedList(items=items, nextCursor=cursor)

    def follow_clock(self, happening: Happening) -> None:
        """`playtime.counted {platform, player, lastServerId}`: the users linked have more there."""
        platform, player = happening.data["platform"], happening.data["player"]
        server_id = happening.data["lastServerId"]
        for user_id in self._played.users_of(platform, player, server_id, self._clock()):
            self._compute(user_id, lambda: [server_id])

    def follow_identity(self, happening: Happening) -> None:
        """`identity.changed {userId, platform, platformUserId, scopeServerId}`: compute anew.

        The clock is marked before it is read: what is counted between is told, and computed again.
        """
        data = happening.data
        platform, player, scope = data["platform"], data["platformUserId"], data["scopeServerId"]
        if platform in SIGN_IN:
            return
        self._played.mark_linked(platform, player)

        def concerned() -> Iterable[str]:
            return [scope] if scope else self._played.all_of(platform, player)

        self._compute(data["userId"], concerned)

    def forget(self, happening: Happening) -> None:
        """`user.deleted {userId}`: what they had goes with them."""
        self._played.forget(happening.data["userId"])

    def _compute(self, user_id: str, concerned: Callable[[], Iterable[str]]) -> None:
        """Compute a user's playtime on some servers, again while somebody else does so too.

        What is stored is read first: who read older clocks finds its version gone.
        """
        for _ in range(_ATTEMPTS):
            now = self._clock()
            servers = list(concerned())
            before = self._played.read(user_id, servers)
            links = [one for one in self._played.links(user_id, now) if one.platform not in SIGN_IN]
            played = {one: self._played.all_of(one.platform, one.player) for one in links}
            totals = {server_id: _total(played, server_id) for server_id in servers}
            with suppress(ChangedMeanwhile):
                self._played.write(user_id, totals, before, now)
                return
        raise Unavailable(code="write_contention", retry_after=1)


def _total(played: dict[Link, dict[str, Played]], server_id: str) -> Played:
    """The most that one of the linked players has on a server where the link holds."""
    candidates = [
        servers[server_id]
        for link, servers in played.items()
        if server_id in servers and link.scope in (None, server_id)
    ]
    return max(candidates, key=lambda one: (one.active, one.afk), default=Played())
