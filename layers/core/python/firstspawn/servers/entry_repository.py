"""The writes that make a server and remove it, with everything that comes and goes with it."""

from datetime import datetime
from typing import Any

from firstspawn.db import keys, writes
from firstspawn.kit.clock import rfc3339
from firstspawn.servers.errors import ServerLimitReached, SlugTaken, Stale
from firstspawn.servers.limits import SERVER_LIMITS
from firstspawn.servers.models import Server, ServerParts, SlugGuard
from firstspawn.servers.repository import Extend, hold, stored, unchanged
from firstspawn.uptime.models import Address, Place, RosterMember, ServerStatus, enrolment
from firstspawn.uptime.repository import RosterRepository
from firstspawn.users.models import User
from firstspawn.users.schemas import Tier


def _may_list_another(now: datetime) -> Any:
    """Condition on a profile: its own tier allows one more server than it has."""
    allowed = User.isServerOwner == True  # noqa: E712 -- builds a condition
    allowed |= (User.isPremium == True) & (User.serverCount < SERVER_LIMITS[Tier.PREMIUM])  # noqa: E712
    allowed |= User.serverCount < SERVER_LIMITS[Tier.USER]
    return User.present(now) & User.deletedAt.does_not_exist() & allowed


class EntryRepository:
    """Registers and deletes servers, each in one transaction."""

    def __init__(self, rosters: RosterRepository) -> None:
        self._rosters = rosters
        self._unused: list[Place] = []

    def draw_place(self, now: datetime) -> Place:
        """Take a place in a roster: one write, none if one was kept. It is nobody else's."""
        try:
            return self._unused.pop()
        except IndexError:
            return self._rosters.draw(now)

    def keep_place(self, place: Place) -> None:
        """Keep one that came to nothing for the next server.

        Else who is refused again and again would fill rosters with places that nobody has.
        """
        self._unused.append(place)

    def create(self, values: dict[str, Any], place: Place, now: datetime) -> ServerParts:
        """Write a new server in one transaction of five items.

        `values` are the item's fields, checked. Raises ServerLimitReached, SlugTaken.
        """
        server = Server.at(
            keys.server_detail(values["id"]),
            **stored(values),
            rosterShard=place.shard, rosterSlot=place.slot, createdAt=now, updatedAt=now,
            GSI1PK=keys.owner_index(values["ownerId"]), GSI1SK=rfc3339(now),
        )  # fmt: skip
        first = Address(values["ip"], values["port"])
        second = Address(values["bedrockIp"], values["bedrockPort"]) if server.bedrockIp else None
        member, status = enrolment(
            server.id, place, server.edition, first, now, second,
            values.get("queryPort"), values.get("launchDate"),
        )  # fmt: skip
        guard = SlugGuard.at(keys.slug(server.slug), serverId=server.id, createdAt=now)
        owner = User.at(keys.profile(server.ownerId))
        transaction = writes.Transaction()
        count = [User.serverCount.add(1)]
        transaction.update(owner, count, _may_list_another(now), ServerLimitReached())
        transaction.put(guard, SlugGuard.absent(now), SlugTaken())
        transaction.put(server, Server.PK.does_not_exist())
        transaction.put(member)
        transaction.put(status)
        transaction.commit()
        return ServerParts(server, None, status)

    def delete(self, parts: ServerParts, now: datetime, also: Extend | None = None) -> None:
        """Mark a server deleted and end its checks, in one transaction of five items.

        The slug is held for 30 days; counters stay for who refers to them. `also` adds
        writes of others. Raises Stale.
        """
        server = parts.detail
        gone = [
            Server.isActive.set(False),
            Server.deletedAt.set(now),
            Server.updatedAt.set(now),
            Server.version.add(1),
            Server.GSI1PK.remove(),
            Server.GSI1SK.remove(),
        ]
        owner = User.at(keys.profile(server.ownerId))
        member = RosterMember.at(keys.roster_member(int(server.rosterShard), server.id))
        transaction = writes.Transaction()
        transaction.update(server, gone, unchanged(server))
        hold(transaction, server, now)
        transaction.delete(member)
        # Without it a check under way shows nothing, and there is no state to ask for.
        transaction.delete(ServerStatus.at(keys.server_status(server.id)))
        transaction.update(owner, [User.serverCount.add(-1)], User.serverCount > 0)
        transaction.extend(also)
        try:
            transaction.commit()
        except writes.ConditionFailed as error:
            raise Stale from error
