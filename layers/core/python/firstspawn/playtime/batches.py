"""What one transaction will write: made from clocks as they were read, and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from firstspawn.playtime.accounting import (
    Circumstances,
    Claim,
    Clock,
    Played,
    Room,
    Verdict,
    account,
    evict,
)

WRITES = 100
_RELEASE = 3


@dataclass(frozen=True, slots=True)
class Change:
    """A player's clock as it shall be (its `version` is still the one that was read)."""

    player: str
    clock: Clock
    spills: Mapping[str, Played]


@dataclass(frozen=True, slots=True)
class Draft:
    """An anomaly about to be stored: `held` is `[player, name, active, idle]` of each player."""

    id: str
    plugin_id: str
    report_id: str
    reasons: list[str]
    held: list[tuple[str, str | None, int, int]]
    suspicion: int = 0


@dataclass(slots=True)
class Batch:
    """A transaction of a report: clocks, the server's counters, and what is held back.

    `minutes` and `players` are what the server's totals grow by, `minutes` also those of its
    instance. `used` is what the room was made from, `anomaly` keeps what is held.
    """

    platform: str
    server_id: str
    plugin_id: str
    room: Room
    used: Mapping[int, int] | None
    changes: list[Change] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    minutes: int = 0
    players: int = 0
    anomaly: Draft | None = None

    @property
    def counted(self) -> bool:
        """Whether the server's counters change."""
        return bool(self.room.taken)

    @property
    def held(self) -> list[Verdict]:
        """The verdicts that hold something."""
        return [verdict for verdict in self.verdicts if verdict.held]

    @property
    def writes(self) -> int:
        """How many items it writes, or its anomaly's release does: counters and audit as well."""
        spills = sum(len(change.spills) for change in self.changes)
        return len(self.changes) + spills + (_RELEASE if self.held else self.counted)


def plan(
    batch: Batch, claims: Mapping[str, Sequence[Claim]], clocks: Mapping[str, Clock],
    players: Iterable[str], at: Circumstances,
) -> Batch:  # fmt: skip
    """Fill a batch with what becomes of some players' claims. The clocks given are left alone."""
    for player in players:
        clock = clocks[player].copy()
        before = clock.servers.get(at.server_id, Played()).minutes
        verdicts = account(clock, claims[player], at, batch.room)
        batch.verdicts += verdicts
        if not any(verdict.spans for verdict in verdicts):
            continue
        after = clock.servers.get(at.server_id, Played()).minutes
        batch.minutes += after - before
        batch.players += before == 0 < after
        batch.changes.append(Change(player, clock, evict(clock, at.server_id)))
    return batch
