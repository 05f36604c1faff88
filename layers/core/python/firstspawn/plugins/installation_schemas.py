"""What a plugin says of itself, and what it is told."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from firstspawn.kit.dto import Dto, Input
from firstspawn.plugins.releases import VERSION
from firstspawn.plugins.schemas import PluginStatus
from firstspawn.servers.fields import GameType, visible_line

HEARTBEAT_SECONDS = 300


def _version(text: str) -> str:
    if not VERSION.fullmatch(text):
        raise ValueError("must be three numbers: 1.2.3")
    return text


PluginVersion = Annotated[str, Field(max_length=14), AfterValidator(_version)]
ServerVersion = Annotated[str, Field(min_length=1, max_length=32), AfterValidator(visible_line)]


class Verify(Input):
    """What runs: the plugin's own version, and the game server's."""

    pluginVersion: PluginVersion
    serverVersion: ServerVersion


PlayerUuid = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$",
        description="A UUID, with or without hyphens",
        examples=["069a79f4-44e9-4726-a5be-fca90e38aaf5"],
    ),
    AfterValidator(lambda text: str(UUID(text))),
]
Players = Annotated[int, Field(ge=0, le=100_000)]


class Heartbeat(Input):
    """How the game server is right now. `players` are those who are online, up to 1,000 of them.

    `tps` are ticks per second, as the server measured them lately.
    """

    onlinePlayers: Players
    maxPlayers: Players
    players: Annotated[list[PlayerUuid], Field(max_length=1000)] = Field(default_factory=list)
    tps: Annotated[float, Field(ge=0, le=1000)] | None = None
    pluginVersion: PluginVersion | None = None
    serverVersion: ServerVersion | None = None


class HeartbeatSeen(Dto):
    """Whether this was the newest heartbeat: an older one, or the same again, changes nothing."""

    counted: bool
    serverTime: datetime
    heartbeatSeconds: int = HEARTBEAT_SECONDS


class ClaimIdentity(Input):
    """A code of `POST /identities/link/...`, and who typed it in the game."""

    code: Annotated[str, Field(min_length=1, max_length=64)]
    playerUuid: PlayerUuid
    playerName: Annotated[str, Field(min_length=1, max_length=64)]


class IdentityClaimed(Dto):
    """The player is linked: everywhere if we trust this server, else on it alone."""

    linked: bool = True
    everywhere: bool


class Verified(Dto):
    """Who the plugin is to us, and how often to report."""

    pluginId: str
    serverId: str
    serverName: str
    gameType: GameType
    status: PluginStatus
    verifiedAt: datetime
    heartbeatSeconds: int = HEARTBEAT_SECONDS
    latestVersion: str
    download: str
