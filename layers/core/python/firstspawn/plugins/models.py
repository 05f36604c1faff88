"""The items of plugins. None of them wakes a consumer of the table's stream.

What a signed call needs to be judged is one item, found by the hash of its key; what people see
of the instance is another.
"""

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from firstspawn.db.item import Item, MomentAttribute


class PluginInstance(Item, discriminator="PluginInstance"):
    """An installed plugin, as its server's owner knows it.

    `beatAt` is the signed time (ms) of the newest heartbeat, `players` and `earlierPlayers` the
    digests of who the last two heartbeats named, if it was everybody (`rolls.py`).
    `totalPlaytime` is set when it is revoked: until then the server's counters have it. GSI2 lists
    it with those to look after at some time.
    """

    id = UnicodeAttribute()
    serverId = UnicodeAttribute()
    gameType = UnicodeAttribute()
    name = UnicodeAttribute()
    keyHash = UnicodeAttribute()
    keyHint = UnicodeAttribute()
    status = UnicodeAttribute()
    statusReason = UnicodeAttribute(null=True)
    allowedIps = ListAttribute(of=UnicodeAttribute, default=list)
    pluginVersion = UnicodeAttribute(null=True)
    serverVersion = UnicodeAttribute(null=True)
    lastHeartbeat = MomentAttribute(null=True)
    beatAt = NumberAttribute(null=True)
    earlierBeatAt = NumberAttribute(null=True)
    activePlayers = NumberAttribute(default=0)
    maxPlayers = NumberAttribute(null=True)
    tps = NumberAttribute(null=True)
    players = BinaryAttribute(legacy_encoding=False, null=True)
    earlierPlayers = BinaryAttribute(legacy_encoding=False, null=True)
    totalPlaytime = NumberAttribute(default=0)
    previousSecretUntil = MomentAttribute(null=True)
    staleSince = MomentAttribute(null=True)  # written by the watch; a heartbeat removes it
    verifiedAt = MomentAttribute(null=True)


class PluginCredential(Item, discriminator="PluginCredential"):
    """All that a signed call is judged by. Secrets are sealed for this server and instance."""

    pluginId = UnicodeAttribute()
    serverId = UnicodeAttribute()
    gameType = UnicodeAttribute()
    status = UnicodeAttribute()
    statusReason = UnicodeAttribute(null=True)
    trusted = BooleanAttribute(default=False)
    secret = UnicodeAttribute(null=True)
    previousSecret = UnicodeAttribute(null=True)
    previousUntil = MomentAttribute(null=True)
    allowedIps = ListAttribute(of=UnicodeAttribute, default=list)
    pluginVersion = UnicodeAttribute(null=True)


class PluginBook(Item, discriminator="PluginBook"):
    """A server's instances in numbers: those not revoked, and those active.

    Every change of an instance's status is conditional on both, so that the server is verified
    exactly as long as one is active.
    """

    instances = NumberAttribute(default=0)
    active = NumberAttribute(default=0)
    trusted = BooleanAttribute(default=False)


class PluginWatchCursor(Item, discriminator="PluginWatchCursor"):
    """The last span of five minutes (since 1970) whose plugins were looked after."""

    bucket = NumberAttribute()


class PluginReplay(Item, discriminator="PluginReplay"):
    """The mark that a signed request was seen; gone once its timestamp is too old anyway."""
