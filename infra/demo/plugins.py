"""Plugins of a few demo servers, so that a laptop's stack has players whose time is counted.

    python -m infra.demo.plugins --door http://localhost:8000/plugin-door --keys .state/plugins.json

Verifies each server of the file, then reports it as alive every `--seconds`, with players who come
and go and what they played since the last report. SIGTERM or Ctrl-C stops it.
"""

import argparse
import json
import random
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clients.python.firstspawn_plugin import Credentials, DiskQueue, PluginClient, Refused

_NAMES = ("Alex", "Steve", "Zuri", "Efe", "Noor", "Makena", "Sunny", "Ari", "Kai", "Notch")
_MOST = 40
_AFK = 0.2
_PLUGIN, _GAME = "1.0.0", "1.20.4"

Now = Callable[[], datetime]


class World:
    """The players of one server: who is online, and since when they were last reported."""

    def __init__(self, slug: str, chance: random.Random, now: Now) -> None:
        self._chance, self._now = chance, now
        self._known = {
            str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.{slug}")): name for name in _NAMES
        }
        self.online: dict[str, datetime] = {}

    def pass_by(self) -> list[dict[str, Any]]:
        """Let players come and go; what those who were here played since the last time."""
        now = self._now()
        played = [self._interval(player, since, now) for player, since in self.online.items()]
        staying = [player for player in self.online if self._chance.random() > 0.15]
        coming = [player for player in self._known if self._chance.random() < 0.3]
        self.online = dict.fromkeys([*staying, *coming], now)
        return [one for one in played if one["from"] < one["to"]]

    def _interval(self, player: str, since: datetime, now: datetime) -> dict[str, Any]:
        seconds = int((now - since).total_seconds())
        afk = seconds // 2 if self._chance.random() < _AFK else 0
        start, end = (one.isoformat(timespec="milliseconds") for one in (since, now))
        interval = {"uuid": player, "name": self._known[player], "from": start, "to": end}
        return {**interval, "afkSeconds": afk}


class Plugin:
    """One server's plugin."""

    def __init__(self, client: PluginClient, world: World, queue: DiskQueue) -> None:
        self._client, self._world, self._queue = client, world, queue

    def start(self) -> None:
        """Verify the installation."""
        self._client.verify(_PLUGIN, _GAME)

    def report(self) -> int:
        """Beat, and report what was played; what cannot be sent waits on the disk."""
        played = self._world.pass_by()
        self._client.heartbeat(list(self._world.online), most=_MOST, tps=20.0)
        if played:
            self._queue.put("/playtime/sync", json.dumps({"players": played}).encode())
        return self._queue.flush(lambda path, body: self._client.deliver("POST", path, body))


def plugins(door: str, keys: Mapping[str, Mapping[str, str]], state: Path) -> dict[str, Plugin]:
    """The plugins of a file `{slug: {key, secret}}`."""
    return {
        slug: Plugin(
            PluginClient(door, Credentials(one["key"], one["secret"])),
            World(slug, random.Random(slug), lambda: datetime.now(UTC)),  # noqa: S311 -- a play
            DiskQueue(state / slug),
        )
        for slug, one in keys.items()
    }


def main() -> None:
    """Run until stopped."""
    parser = argparse.ArgumentParser(prog="python -m infra.demo.plugins", description=__doc__)
    parser.add_argument("--door", required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    keys = json.loads(options.keys.read_text())
    running = plugins(options.door, keys, options.keys.parent / "plugin-queues")
    for slug, plugin in running.items():
        plugin.start()
        print(f"{slug} is verified", flush=True)
    while True:
        for slug, plugin in running.items():
            try:
                plugin.report()
            except (Refused, OSError) as error:
                print(f"{slug}: {error}", flush=True)
        time.sleep(options.seconds)


if __name__ == "__main__":
    main()
