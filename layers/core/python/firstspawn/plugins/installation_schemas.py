"""What a plugin says of itself, and what it is told."""

from datetime import datetime
from typing import Annotated

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
