"""What goes in and out of plugins' credentials, and who a signed call comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import AfterValidator, Field

from firstspawn.kit.dto import Dto, Input
from firstspawn.servers.fields import GameType, visible_line

KEY_PREFIX, SECRET_PREFIX = "fs_pk_", "fs_sk_"
INSTANCES_A_SERVER = 10
LONGEST_OVERLAP_HOURS = 72

Network = IPv4Network | IPv6Network


class PluginStatus(StrEnum):
    """The life of an instance: it becomes ACTIVE with its first verification."""

    PENDING_VERIFICATION = "PENDING_VERIFICATION"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class PluginCaller:
    """A plugin whose call was signed. `signedAt` is the call's own timestamp.

    `trusted`: the staff lets this server vouch for its players everywhere, not on itself alone.
    `pluginVersion` is the one that its calls are judged by.
    """

    pluginId: str
    serverId: str
    gameType: GameType
    trusted: bool
    status: PluginStatus
    signedAt: datetime
    pluginVersion: str | None = None


@dataclass(frozen=True, slots=True)
class SignedCall:
    """A request as its signature covers it: raw path, raw query and body, lower-case headers."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    sourceIp: str


def network(text: str) -> str:
    """The usual spelling of an address or a range. Raises ValueError."""
    return str(ip_network(text.strip(), strict=False))


PluginName = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(visible_line)]
AllowedIps = Annotated[
    list[Annotated[str, Field(max_length=64), AfterValidator(network)]],
    Field(
        max_length=20,
        description="Addresses or CIDR ranges that may call; none: everybody may",
        examples=[["203.0.113.7", "2001:db8::/48"]],
    ),
]


class IssuePlugin(Input):
    """A new instance; name it so that you can tell it from the others."""

    name: PluginName = "Main server"
    allowedIps: AllowedIps = Field(default_factory=list)


class EditPlugin(Input):
    """What may change; a field left out stays."""

    name: PluginName | None = None
    allowedIps: AllowedIps | None = None


class RotateSecret(Input):
    """How long the old secret stays good. 0 ends it at once: use that if it leaked."""

    overlapHours: Annotated[int, Field(ge=0, le=LONGEST_OVERLAP_HOURS)] = 24


class SuspendPlugin(Input):
    """Why; the owner reads it."""

    reason: Annotated[str, Field(min_length=3, max_length=200), AfterValidator(visible_line)]


class TrustPlugins(Input):
    """Whether a server may vouch for its players everywhere."""

    trusted: bool


class PluginView(Dto):
    """An instance as its server's owner sees it.

    `keyHint` are the key's last characters. `totalPlaytime` (minutes) is what was credited through
    it. `isStale`: it is active and a heartbeat is missing. `tps` are ticks per second.
    """

    id: str
    serverId: str
    gameType: GameType
    name: str
    keyHint: str
    status: PluginStatus
    statusReason: str | None = None
    allowedIps: list[str]
    pluginVersion: str | None = None
    serverVersion: str | None = None
    lastHeartbeat: datetime | None = None
    isStale: bool = False
    activePlayers: int = 0
    maxPlayers: int | None = None
    tps: float | None = None
    totalPlaytime: int = 0
    previousSecretUntil: datetime | None = None
    createdAt: datetime
    updatedAt: datetime
    verifiedAt: datetime | None = None


class PluginList(Dto):
    """All instances of a server, also revoked ones for 30 days."""

    items: list[PluginView]
    nextCursor: str | None = None
    trusted: bool = False


class IssuedPlugin(Dto):
    """An instance with its credentials. The secret is shown this once."""

    plugin: PluginView
    apiKey: str
    apiSecret: str


class RotatedSecret(Dto):
    """The new secret, shown this once; the old one is good until `previousSecretUntil`."""

    apiSecret: str
    previousSecretUntil: datetime | None
