"""`python -m firstspawn_plugin URL KEY SECRET`: verifies and reports a server with two players."""

# ruff: noqa: T201 -- a program to look at
import sys
from datetime import UTC, datetime, timedelta

from .client import PluginClient
from .signing import Credentials

_PLAYERS = {"069a79f4-44e9-4726-a5be-fca90e38aaf5": "Notch"}


def main(arguments: list[str]) -> None:
    """Show what is answered."""
    url, key, secret = arguments
    client = PluginClient(url, Credentials(key, secret))
    print("verify   ", client.verify("1.0.0", "1.20.4"))
    print("heartbeat", client.heartbeat(list(_PLAYERS), most=100, tps=20.0))
    now = datetime.now(UTC)
    played = [
        {
            "uuid": uuid,
            "name": name,
            "from": (now - timedelta(minutes=1)).isoformat(),
            "to": now.isoformat(),
            "afkSeconds": 0,
        }
        for uuid, name in _PLAYERS.items()
    ]
    print("sync     ", client.sync(played))
    for uuid, name in _PLAYERS.items():
        print("owed     ", client.check(uuid, name))


if __name__ == "__main__":
    main(sys.argv[1:])
