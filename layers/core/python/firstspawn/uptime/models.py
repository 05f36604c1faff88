"""The items of uptime: places in rosters, their packed state, and what people see of it."""

from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from firstspawn.db import keys
from firstspawn.db.item import Item, MomentAttribute
from firstspawn.uptime.state import SOURCE_PLUGIN

SHARD_SIZE = 100


class Place(NamedTuple):
    """Where a server is checked: the number of its roster and its slot in it, for life."""

    shard: int
    slot: int


class Address(NamedTuple):
    """A host and the port its owner gave; None leaves the port to SRV or the edition's default."""

    host: str
    port: int | None


class RosterCounter(Item, discriminator="RosterCounter"):
    """How many places were ever drawn. Places are not drawn again, also when nobody took them."""

    n = NumberAttribute()


class RosterMember(Item, discriminator="RosterMember"):
    """A server's entry in its roster. Its insertion makes the first check; its address may change.

    `edition` is JAVA, BEDROCK or HYTALE; a Java server may name a second address for Bedrock's
    players, a Hytale server the port of its query plugin. `maintenance` are planned windows: begin,
    end, begin, end, ... in epoch minutes; `ServerStatus` has them, too, for people. Before its
    `launchDate` a server is not awaited.
    """

    serverId = UnicodeAttribute()
    shard = NumberAttribute()
    slot = NumberAttribute()
    ipAddress = UnicodeAttribute()
    port = NumberAttribute(null=True)
    edition = UnicodeAttribute()
    bedrockAddress = UnicodeAttribute(null=True)
    bedrockPort = NumberAttribute(null=True)
    queryPort = NumberAttribute(null=True)
    maintenance: Any = ListAttribute(of=NumberAttribute, null=True)
    launchDate = MomentAttribute(null=True)


class RosterState(Item, discriminator="RosterState"):
    """Everything a round must remember of a roster, packed (`state.py`)."""

    packed = BinaryAttribute(legacy_encoding=False)


class RosterLease(Item, discriminator="RosterLease"):
    """Who may work on a roster: `taken` counts the rounds begun, `done` is the last one ended.

    `until` is in milliseconds of the epoch, `minute` the scheduled round last begun.
    """

    until = NumberAttribute()
    minute = NumberAttribute(null=True)
    taken = NumberAttribute()
    done = NumberAttribute(default=0)


class RosterSamples(Item, discriminator="RosterSamples"):
    """A round's raw results, packed; kept for 48 hours."""

    packed = BinaryAttribute(legacy_encoding=False)


class RosterHours(Item, discriminator="RosterHours"):
    """An hour's aggregates of a whole roster, packed; kept for 90 days."""

    packed = BinaryAttribute(legacy_encoding=False)


class UptimeDay(Item, discriminator="UptimeDay"):
    """A day's hourly aggregates of one server, packed; kept."""

    packed = BinaryAttribute(legacy_encoding=False)


class ServerStatus(Item, discriminator="ServerStatus"):
    """What people see of a server's state; written when that changes, not at every check.

    `motdCodes` is the message of the day with its looks (`clients/gameservers/markup.py`).
    `uptime` is a percentage (docs/uptime.md), `latency` milliseconds. `checkedAt` is the check
    that published this; it is absent until the first one. `unreachableSince`, `absenceStage` and
    `isUnlisted` tell of a long absence (`absence.py`). `source`: who knows whether it is online.
    `playerCount` and `maxPlayers` are what our checks were told; `pluginPlayers` (absent unless a
    plugin is alive) and `pluginMost` what plugins tell (`presence.py`).
    """

    serverId = UnicodeAttribute()
    rosterShard = NumberAttribute()
    rosterSlot = NumberAttribute()
    isOnline = BooleanAttribute(default=False)
    playerCount = NumberAttribute(default=0)
    maxPlayers = NumberAttribute(default=0)
    gameVersion = UnicodeAttribute(null=True)
    motd = UnicodeAttribute(null=True)
    motdCodes = UnicodeAttribute(null=True)
    iconUrl = UnicodeAttribute(null=True)
    latency = NumberAttribute(null=True)
    uptime = NumberAttribute(default=0)
    unreachableSince = MomentAttribute(null=True)
    absenceStage = NumberAttribute(null=True)
    isUnlisted = BooleanAttribute(null=True)
    isEulaBlocked = BooleanAttribute(null=True)
    maintenance: Any = ListAttribute(of=NumberAttribute, null=True)
    checkedAt = MomentAttribute(null=True)
    lastOnlineAt = MomentAttribute(null=True)
    source = UnicodeAttribute(null=True)
    pluginPlayers = NumberAttribute(null=True)
    pluginMost = NumberAttribute(null=True)

    def players(self) -> tuple[int, int]:
        """How many play and may play, as people see it: while it is online, a living plugin's word
        comes first.
        """
        if self.isOnline and self.pluginPlayers is not None:
            return int(self.pluginPlayers), int(self.pluginMost or 0)
        return int(self.playerCount), int(self.maxPlayers or self.pluginMost or 0)

    def known_uptime(self) -> float | None:
        """The percentage; None of what only its plugin knows: our checks cannot tell."""
        return None if self.source == SOURCE_PLUGIN else float(self.uptime)


def enrolment(
    server_id: str,
    place: Place,
    edition: str,
    address: Address,
    now: datetime,
    bedrock: Address | None = None,
    query_port: int | None = None,
    launch_date: datetime | None = None,
) -> tuple[RosterMember, ServerStatus]:
    """Make the two items a new server brings along: put both in the transaction that creates it.

    Rounds only ever update a status that is there, so deleting both ends a server's checks.
    """
    second = bedrock or Address("", None)
    member = RosterMember.at(
        keys.roster_member(place.shard, server_id),
        serverId=server_id, shard=place.shard, slot=place.slot, edition=edition,
        ipAddress=address.host, port=address.port,
        bedrockAddress=second.host or None, bedrockPort=second.port, queryPort=query_port,
        launchDate=launch_date, createdAt=now,
    )  # fmt: skip
    status = ServerStatus.at(
        keys.server_status(server_id),
        serverId=server_id, rosterShard=place.shard, rosterSlot=place.slot, createdAt=now,
    )  # fmt: skip
    return member, status
