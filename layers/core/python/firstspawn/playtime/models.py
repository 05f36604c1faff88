"""The items of playtime. Clocks and what is played are rewritten whole, under their `version`."""

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from firstspawn.db.item import Item, MomentAttribute


class PlayerClock(Item, discriminator="PlayerClock"):
    """One player's time across all servers (`accounting.Clock`).

    `spans` is `[start, end, start, end, ...]` in epoch seconds, `servers` is
    `{server: [active, idle, last]}` in seconds: JSON, for they are read and written whole.
    `linked` is set once an account of ours was linked with the player: only then does a change
    wake anybody. `lastServerId` is the server that the last write was about.
    """

    platform = UnicodeAttribute()
    player = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    floor = NumberAttribute(default=0)
    spans = JSONAttribute(default=list)
    servers = JSONAttribute(default=dict)
    day = NumberAttribute(default=0)
    dayActive = NumberAttribute(default=0)
    eveActive = NumberAttribute(default=0)
    spilled = NumberAttribute(default=0)
    linked = BooleanAttribute(null=True)
    lastServerId = UnicodeAttribute(null=True)


class PlayerServer(Item, discriminator="PlayerServer"):
    """What a player has on a server that is no more on the clock: seconds."""

    serverId = UnicodeAttribute()
    active = NumberAttribute()
    afk = NumberAttribute()
    last = NumberAttribute()


class Played(Item, discriminator="Played"):
    """A user's verified playtime on a server, computed from the players they are linked with."""

    userId = UnicodeAttribute()
    serverId = UnicodeAttribute()
    activeMinutes = NumberAttribute(default=0)
    afkMinutes = NumberAttribute(default=0)
    lastPlayedAt = MomentAttribute(null=True)


class Anomaly(Item, discriminator="Anomaly"):
    """Something odd in a report, with its reasons.

    `held` is `[[player, name, active, idle], ...]` in seconds: given away on the players' clocks,
    counted nowhere until a moderator says so. `state` is HELD, then RELEASED or DISMISSED; or
    NOTED if nothing was held.
    """

    id = UnicodeAttribute()
    serverId = UnicodeAttribute()
    pluginId = UnicodeAttribute()
    platform = UnicodeAttribute()
    reportId = UnicodeAttribute()
    state = UnicodeAttribute()
    reasons = JSONAttribute(default=list)
    held = JSONAttribute(default=list)
    suspicion = NumberAttribute(default=0)
    decidedBy = UnicodeAttribute(null=True)
    decidedAt = MomentAttribute(null=True)
    note = UnicodeAttribute(null=True)


class Watch(Item, discriminator="PluginWatch"):
    """How suspicious an instance was at `scoredAt` (epoch seconds); the score fades.

    `digest` is that of the report that was scored last.
    """

    serverId = UnicodeAttribute()
    pluginId = UnicodeAttribute()
    score = NumberAttribute(default=0)
    scoredAt = NumberAttribute(default=0)
    digest = UnicodeAttribute(null=True)
    reasons = JSONAttribute(default=list)


class KeptVerdicts(Item, discriminator="KeptVerdicts"):
    """Verdicts of a report, deflated: kept here for a month because the bucket was down."""

    packed = BinaryAttribute(legacy_encoding=False)
