"""Reports of playtime, and a bucket that can be down."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from firstspawn.playtime.schemas import PlaytimeReport
from firstspawn.wiring import Container


@dataclass(frozen=True)
class Plugin:
    """A plugin whose call was signed."""

    serverId: str
    pluginId: str = "plugin-1"
    gameType: str = "MINECRAFT"


@dataclass
class FakeShelf:
    """Implements `Shelf`."""

    stored: dict[str, bytes] = field(default_factory=dict)
    is_down: bool = False

    def keep(self, key: str, data: bytes, content_type: str) -> bool:
        """Store, unless it is down."""
        if not self.is_down:
            self.stored[key] = data
        return not self.is_down

    def names(self, prefix: str, after: str, limit: int) -> list[str]:
        """List as S3 does."""
        found = sorted(key for key in self.stored if key.startswith(prefix) and key > after)
        return found[:limit]

    def read(self, key: str, max_bytes: int) -> bytes | None:
        """Read."""
        data = self.stored.get(key)
        assert data is None or len(data) <= max_bytes
        return data


@dataclass
class Suspensions:
    """Notes who was suspended."""

    calls: list[tuple[str, str, str]] = field(default_factory=list)

    def __call__(self, server_id: str, plugin_id: str, reason: str) -> None:
        self.calls.append((server_id, plugin_id, reason))


def player(number: int) -> str:
    """A player's id."""
    return str(UUID(int=number))


def interval(who: str | int, start: datetime, end: datetime, **fields: Any) -> dict[str, Any]:
    """A player's interval, as it is sent."""
    uuid = player(who) if isinstance(who, int) else who
    return {"uuid": uuid, "from": start.isoformat(), "to": end.isoformat(), **fields}


def report(*intervals: dict[str, Any]) -> PlaytimeReport:
    """A report, as it was read."""
    import json

    return PlaytimeReport.model_validate_json(json.dumps({"players": intervals}))


def everybody(players: Sequence[int], now: datetime, minutes: float = 5) -> PlaytimeReport:
    """Players who were there for the last minutes; not all of them to the second as long."""
    start = now - timedelta(minutes=minutes)
    return report(*(interval(one, start + timedelta(seconds=one % 7), now) for one in players))


def fake_shelf(stack: Container) -> FakeShelf:
    """Keep a container's verdicts in memory."""
    shelf = FakeShelf()
    stack.playtime_verdicts._shelf = shelf
    return shelf


class Silent:
    """Stands for the store of verdicts and for vigilance, and does nothing."""

    def keep(self, *_: Any) -> None:
        """Keep nothing."""

    def look_at(self, *_: Any, **__: Any) -> None:
        """See nothing."""
