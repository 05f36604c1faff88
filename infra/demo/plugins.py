"""Plugins of a few demo servers, so that a laptop's stack has players whose time is counted.

    python -m infra.demo.plugins --api http://localhost:8000 \\
        --door http://localhost:8000/plugin-door --state .state/plugins

Signs in as the demo's owner, issues credentials for two servers (once), verifies them, then reports
them every `--seconds`, with players who come and go and what they played since the last report.
SIGTERM or Ctrl-C stops it.
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

import httpx

from clients.python.firstspawn_plugin import (
    Credentials,
    DiskQueue,
    PluginClient,
    Refused,
    Unreachable,
)
from infra.demo.seed_accounts import PASSWORD

_NAMES = ("Alex", "Steve", "Zuri", "Efe", "Noor", "Makena", "Sunny", "Ari", "Kai", "Notch")
_OWNER, _SERVERS = "demo@example.com", 2
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


def plugins(door: str, keys: Mapping[str, Credentials], state: Path) -> dict[str, Plugin]:
    """The plugins of some servers, by slug."""
    return {
        slug: Plugin(
            PluginClient(door, credentials),
            World(slug, random.Random(slug), lambda: datetime.now(UTC)),  # noqa: S311 -- a play
            DiskQueue(state / slug),
        )
        for slug, credentials in keys.items()
    }


def credentials(api: str, state: Path) -> dict[str, Credentials]:
    """What was issued before, else new: as their owner does it, over the API."""
    file = state / "credentials.json"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with httpx.Client(base_url=f"{api}/api/v1", timeout=60) as owner:
            file.write_text(json.dumps(_issue(owner)))
    return {slug: Credentials(*one) for slug, one in json.loads(file.read_text()).items()}


def _issue(owner: httpx.Client) -> dict[str, tuple[str, str]]:
    form = {"email": _OWNER, "password": PASSWORD, "tokenTransport": "body"}
    grant = owner.post("/auth/login", json=form).raise_for_status().json()
    owner.headers["Authorization"] = f"Bearer {grant['accessToken']}"
    servers = owner.get("/users/me/servers", params={"limit": _SERVERS}).raise_for_status()
    issued = {}
    for server in servers.json()["items"]:
        path = f"/servers/{server['id']}/plugin/credentials"
        one = owner.post(path, json={"name": "Demo"}).raise_for_status().json()
        issued[server["slug"]] = (one["apiKey"], one["apiSecret"])
    return issued


def main() -> None:
    """Run until stopped."""
    parser = argparse.ArgumentParser(prog="python -m infra.demo.plugins", description=__doc__)
    parser.add_argument("--api", required=True)
    parser.add_argument("--door", required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    running = plugins(options.door, credentials(options.api, options.state), options.state)
    for slug, plugin in running.items():
        plugin.start()
        print(f"{slug} is verified", flush=True)
    while True:
        for slug, plugin in running.items():
            try:
                plugin.report()
            except (Refused, Unreachable) as error:
                print(f"{slug}: {error}", flush=True)
        time.sleep(options.seconds)


if __name__ == "__main__":
    main()
