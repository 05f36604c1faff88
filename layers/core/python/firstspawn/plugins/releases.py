"""The official versions of the plugins, by game: a file that grows with each release.

Raising `minimum` turns every older plugin away until it is updated.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from firstspawn.errors import Invalid
from firstspawn.plugins.errors import PluginOutdated
from firstspawn.servers.fields import GameType

_FILE = Path(__file__).with_name("releases.json")
VERSION = re.compile(r"(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Release:
    """What there is for a game."""

    minimum: str
    latest: str
    versions: tuple[str, ...]
    download: str


class Releases:
    """The official versions of all games."""

    def __init__(self, listed: Mapping[str, Mapping[str, Any]]) -> None:
        self._games = {
            game: Release(one["minimum"], one["latest"], tuple(one["versions"]), one["download"])
            for game, one in listed.items()
        }

    def of(self, game: str) -> Release:
        """The versions for a game."""
        return self._games[GameType(game).value]

    def check_official(self, game: str, version: str) -> None:
        """Raises PluginOutdated below the minimum, Invalid for a version never released."""
        self.check_minimum(game, version)
        if version not in self.of(game).versions:
            raise Invalid.field("pluginVersion", "is no official version", code="unofficial_plugin")

    def check_minimum(self, game: str, version: str) -> None:
        """Raises PluginOutdated, which tells what to install and where it is."""
        release = self.of(game)
        if _parts(version) < _parts(release.minimum):
            raise PluginOutdated(
                f"version {version} is too old: install {release.latest}",
                yourVersion=version,
                minimumVersion=release.minimum,
                latestVersion=release.latest,
                download=release.download,
            )


@cache
def official() -> Releases:
    """The versions listed in the file beside this module."""
    return Releases(json.loads(_FILE.read_text(encoding="utf-8")))


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
