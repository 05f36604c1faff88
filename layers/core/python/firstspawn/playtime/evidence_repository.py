"""Reads all that a report is judged by in as few calls as its players' clocks take anyway.

What is known of the server rides along in the batches that read the clocks: N players cost at
most one batch more than their clocks alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from firstspawn.db import keys
from firstspawn.db.item import Item
from firstspawn.kit.clock import epoch, parse_rfc3339, rfc3339
from firstspawn.playtime.accounting import Clock, Roll
from firstspawn.playtime.errors import ServerGone
from firstspawn.playtime.evidence import HOUR, Known, Sample
from firstspawn.playtime.models import PlayerClock, Watch
from firstspawn.playtime.repository import BATCH, clock_of, used_of
from firstspawn.plugins.errors import Revoked, Suspended
from firstspawn.plugins.heartbeat_repository import rolls
from firstspawn.plugins.models import PluginInstance
from firstspawn.plugins.schemas import PluginStatus
from firstspawn.servers.models import ServerStats
from firstspawn.uptime.models import (
    Place,
    RosterHours,
    RosterSamples,
    RosterState,
    ServerStatus,
)
from firstspawn.uptime.packing import unpack
from firstspawn.uptime.repository import hour_start
from firstspawn.uptime.state import NEVER, SOURCE_PLUGIN, RosterBook, Slot, Sums

_PLACES_KEPT = 1000
_SAMPLES_BEFORE = timedelta(minutes=20)  # an outage that began a little earlier is one, too
Keys = list[keys.Key]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a report is judged by. `used` is None if nothing was ever counted of the server."""

    clocks: dict[str, Clock]
    known: Known
    used: dict[int, int] | None
    rolls: Sequence[Roll] = ()


class EvidenceRepository:
    """What we know about a server that reports. Places are for life, so they are remembered."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def gather(
        self, server_id: str, plugin_id: str, platform: str, players: Sequence[str], now: datetime
    ) -> Gathered:
        """Read players' clocks and what is known of a server: ceil(N / 100) calls, or one more.

        Eventually consistent: whoever writes does it under the versions read. Raises ServerGone;
        Revoked, Suspended of an instance that a warm process has not heard it of yet.
        """
        place = self._places.get(server_id)
        parts = [
            keys.server_status(server_id), keys.server_stats(server_id),
            keys.watch(server_id, plugin_id), keys.plugin(server_id, plugin_id),
        ]  # fmt: skip
        wanted: Keys = parts + (_roster_keys(place, now) if place else [])
        wanted += [keys.player_clock(platform, player) for player in players]
        found = _read(wanted[:BATCH])
        status = found.get(wanted[0])
        if not isinstance(status, ServerStatus):
            raise ServerGone
        rest = wanted[BATCH:]
        if place is None:
            place = self._remember(server_id, status)
            rest += _roster_keys(place, now)
        for start in range(0, len(rest), BATCH):
            found |= _read(rest[start : start + BATCH])
        return _gathered(found, players, place, status, now)

    def _remember(self, server_id: str, status: ServerStatus) -> Place:
        if len(self._places) >= _PLACES_KEPT:
            self._places.clear()
        place = Place(int(status.rosterShard), int(status.rosterSlot))
        self._places[server_id] = place
        return place

    def samples(self, server_id: str, since: datetime, now: datetime) -> list[Sample]:
        """The checks of a server since a while before a moment: one query of its roster's.

        Read if a check was missed, or for reports that are hours late: 20 minutes are 1 unit, the
        whole of the last day 72.
        """
        place = self._places[server_id]
        low, high = (
            keys.roster_samples(place.shard, rfc3339(moment))
            for moment in (since - _SAMPLES_BEFORE, now)
        )
        found = RosterSamples.query(low.pk, RosterSamples.SK.between(low.sk, high.sk))
        rows = ((item.SK, unpack(item.packed)[0].get(place.slot)) for item in found)
        return [Sample(_moment(key), bool(row[0])) for key, row in rows if row]


def _moment(sort_key: str) -> int:
    return epoch(parse_rfc3339(sort_key.partition("#")[2]))


def _roster_keys(place: Place, now: datetime) -> Keys:
    """The roster's state, and the hour before this one."""
    before = hour_start(epoch(now) // HOUR - 1).strftime("%Y-%m-%dT%H")
    return [
        keys.roster_state(place.shard),
        keys.roster_hours(place.shard, before),
    ]


def _read(wanted: Keys) -> dict[tuple[str, str], Item]:
    return {(item.PK, item.SK): item for item in Item.batch_get(wanted)}


def _gathered(
    found: dict[tuple[str, str], Item],
    players: Sequence[str],
    place: Place,
    status: ServerStatus,
    now: datetime,
) -> Gathered:
    clocks = {player: Clock() for player in players}
    sums, slot, used, watch = [Sums()], None, None, Watch(score=0, scoredAt=0, version=0)
    named: list[Roll] = []
    for item in found.values():
        if isinstance(item, PlayerClock):
            clocks[item.player] = clock_of(item)
        elif isinstance(item, RosterState):
            slot = RosterBook.unpacked(item.packed).slots.get(place.slot)
        elif isinstance(item, RosterHours):
            sums += [Sums(*row) for row in [unpack(item.packed)[0].get(place.slot)] if row]
        elif isinstance(item, ServerStats):
            used = used_of(item)
        elif isinstance(item, PluginInstance):
            _refuse_ended(item)
            named = [Roll(one.at, one.named) for one in rolls(item)]
        elif isinstance(item, Watch) and item.is_alive(now):
            watch = item
    known = _known(sums, slot, status, watch)
    return Gathered(clocks, known, used, named)


def _refuse_ended(instance: PluginInstance) -> None:
    if instance.status == PluginStatus.REVOKED:
        raise Revoked(reason=instance.statusReason)
    if instance.status == PluginStatus.SUSPENDED:
        raise Suspended(reason=instance.statusReason)


def _known(sums: list[Sums], slot: Slot | None, status: ServerStatus, watch: Watch) -> Known:
    whole = Sums()
    for one in [*sums, slot.hour if slot else Sums()]:
        whole.merge(one)
    return Known(
        # What our checks were told comes first here: a plugin must not raise its own bound.
        max_players=int(status.maxPlayers or status.pluginMost or 0) or None,
        # A server that only says that it is there does not say that nobody plays.
        peak=whole.peak if whole.answered and slot and not slot.untold else None,
        missed=whole.checks > whole.answered or bool(slot and slot.checks and not slot.online),
        is_unseen=status.source == SOURCE_PLUGIN and (slot is None or slot.seen == NEVER),
        score=int(watch.score),
        score_at=int(watch.scoredAt),
        watch_version=int(watch.version),
    )
