"""What travels through the uptime queue, and what the API says of uptime."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from firstspawn.clients.gameservers import Edition, Target
from firstspawn.kit.clock import epoch
from firstspawn.kit.dto import Dto, Query
from firstspawn.uptime.maintenance import MaintenanceWindow, Window
from firstspawn.uptime.state import RosterBook

_LAUNCH_AHEAD = 365 * 24 * 60


class RosterMessage(BaseModel):
    """Rosters to work on: every `step`th from `first` up to, not including, `end`.

    On the wire `first` is `from` and `end` is `to`. A `direct` one comes from a new server and
    not from the schedule, and has no `minute` (since 1970: the round it belongs to).
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")

    first: int = Field(alias="from", ge=0)
    end: int = Field(alias="to")
    step: int = Field(ge=1)
    direct: bool
    minute: int | None = None

    @property
    def shards(self) -> range:
        """The rosters meant."""
        return range(self.first, self.end, self.step)

    def body(self) -> str:
        """The message's text."""
        return self.model_dump_json(by_alias=True)


@dataclass(frozen=True, slots=True)
class Member:
    """A server to ask; a second address serves Bedrock's players of a Java server."""

    serverId: str
    slot: int
    edition: str
    ipAddress: str
    port: int | None
    bedrockAddress: str | None
    bedrockPort: int | None
    maintenance: tuple[Window, ...] = ()
    queryPort: int | None = None
    launchDate: datetime | None = None

    def is_excused(self, minute: int) -> bool:
        """Tell whether a minute (since 1970) lies in planned maintenance."""
        return any(window.begin <= minute < window.end for window in self.maintenance)

    def is_unopened(self, minute: int) -> bool:
        """Tell whether it opens later, within a year: what is further off is no plan."""
        opens = 0 if self.launchDate is None else epoch(self.launchDate) // 60
        return minute < opens <= minute + _LAUNCH_AHEAD

    @property
    def targets(self) -> list[Target]:
        """Whom to ask."""
        targets = [Target(self.ipAddress, self.port, Edition(self.edition), self.queryPort)]
        if self.bedrockAddress and self.edition == Edition.JAVA:
            targets.append(Target(self.bedrockAddress, self.bedrockPort, Edition.BEDROCK))
        return targets

    @property
    def digest(self) -> int:
        """A number that changes when the server moves."""
        return zlib.crc32(repr(self.targets).encode()) & 0xFFFF


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster as it was read: `version` 0 means that it has no state yet (`book` is None)."""

    members: list[Member]
    book: RosterBook | None
    version: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a roster. `is_dirty`: the round before this one did not end."""

    shard: int
    number: int
    is_dirty: bool


class Range(StrEnum):
    """How far back a graph goes."""

    HOURS = "6h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"
    YEAR = "1y"

    @property
    def hours(self) -> int:
        """Its length."""
        days = {Range.WEEK: 7, Range.MONTH: 30, Range.QUARTER: 90, Range.YEAR: 365}
        return 6 if self is Range.HOURS else 24 * days.get(self, 1)

    @property
    def resolution(self) -> Literal["check", "hour", "day"]:
        """What a point stands for."""
        if self is Range.HOURS:
            return "check"
        return "hour" if self in {Range.DAY, Range.WEEK} else "day"


class UptimeQuery(Query):
    """How far back to look."""

    range: Range = Range.DAY


class StatusView(Dto):
    """A server's state. `uptime` is a percentage (null: only its plugin knows it, no check got
    through), `latency` milliseconds, `motdHtml` safe HTML.

    It is written when it changes: `checkedAt` is the check that found this (null: none yet), and
    every check since agreed. A server away for a week has an `unreachableSince`; after two it
    `isUnlisted`: no search finds it until it answers again. `nextCheckAt` is the round
    that will ask it again. `isEulaBlocked`: Mojang's public list blocks its address, so that
    players' own clients refuse to connect. `maintenance` is what is planned, under way or to come.
    """

    serverId: str
    isOnline: bool
    playerCount: int
    maxPlayers: int
    gameVersion: str | None
    motd: str | None
    motdHtml: str | None
    iconUrl: str | None
    latency: int | None
    uptime: float | None
    unreachableSince: datetime | None
    isUnlisted: bool
    isEulaBlocked: bool
    checkedAt: datetime | None
    nextCheckAt: datetime | None
    lastOnlineAt: datetime | None
    maintenance: list[MaintenanceWindow]

    @field_validator("isUnlisted", "isEulaBlocked", mode="before")
    @classmethod
    def _absent_means_false(cls, stored: bool | None) -> bool:
        return bool(stored)


class UptimePoint(Dto):
    """A check, or the checks of an hour or a day: answered ones, mean and peak players, latency.

    Players are null where no answer told how many there are.
    """

    at: datetime
    checks: int
    uptime: float
    players: float | None
    peakPlayers: int | None
    latency: int | None


class UptimeGraph(Dto):
    """Points in order of time; hours or days without a check have none.

    Planned maintenance is left out of hours and days, and is told by single checks.
    """

    serverId: str
    range: Range
    resolution: Literal["check", "hour", "day"]
    uptime: float | None
    points: list[UptimePoint]
