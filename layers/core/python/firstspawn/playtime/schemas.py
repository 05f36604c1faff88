"""What goes in and out of playtime."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Protocol, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, model_validator

from firstspawn.kit.dto import Dto, Input, Query
from firstspawn.kit.text import clean

PLAYERS_A_REPORT = 1000
_NAME_LENGTH = 32
_FIRST, _LAST = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (2020, 2100))


class Reporter(Protocol):
    """The plugin whose call was signed (`plugins.schemas.PluginCaller`)."""

    @property
    def pluginId(self) -> str:  # noqa: N802 -- as it is called there
        """Its instance."""

    @property
    def serverId(self) -> str:  # noqa: N802
        """The server it speaks for."""

    @property
    def gameType(self) -> str:  # noqa: N802
        """The game, which is the platform of its players' ids."""


PlayerId = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$",
        description="A UUID, with or without hyphens",
        examples=["069a79f4-44e9-4726-a5be-fca90e38aaf5"],
    ),
    AfterValidator(lambda text: str(UUID(text))),
]
PlayerName = Annotated[
    str, Field(max_length=64), AfterValidator(lambda text: clean(text)[:_NAME_LENGTH])
]


def _in_our_time(moment: datetime) -> datetime:
    """Refuse what no clock shows: the year 1 has moments that are none in UTC."""
    if not _FIRST <= moment.timestamp() < _LAST:
        raise ValueError("must lie between 2020 and 2099")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]


class PlayerReport(Input):
    """An interval in which a player was on the server, `afkSeconds` of it idle.

    It is an increment: the same interval again, or one that overlaps it, counts nothing twice.
    """

    model_config = ConfigDict(validate_by_name=True)

    uuid: PlayerId
    name: PlayerName | None = None
    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    afkSeconds: Annotated[int, Field(ge=0, le=86_400)] = 0

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise ValueError("`to` must lie after `from`")
        return self


class PlaytimeReport(Input):
    """What was played since the last report. A player may come up with several intervals."""

    players: Annotated[list[PlayerReport], Field(min_length=1, max_length=PLAYERS_A_REPORT)]


class SyncResult(Dto):
    """What became of a report, in seconds.

    `reasons` says of how many intervals, and why, not everything counts. `reportId` finds the
    verdict of each interval. `serverTime` is our clock: set yours by it.
    """

    reportId: str
    players: int
    activeSeconds: int
    afkSeconds: int
    heldSeconds: int
    refusedSeconds: int
    reasons: dict[str, int]
    serverTime: datetime


class VerdictView(Dto):
    """What became of one interval, in seconds."""

    model_config = ConfigDict(serialize_by_alias=True)

    uuid: str
    name: str | None
    start: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    afkSeconds: int
    activeCounted: int
    afkCounted: int
    held: int
    reasons: list[str]


class ReportVerdicts(Dto):
    """A report and what became of each of its intervals."""

    reportId: str
    pluginId: str
    receivedAt: datetime
    verdicts: list[VerdictView]


class VerdictQuery(Query):
    """The day (UTC) whose reports to show, and which part of them."""

    date: date
    limit: Annotated[int, Field(ge=1, le=10)] = 5
    cursor: Annotated[str, Field(max_length=1024)] | None = None


class VerdictList(Dto):
    """A day's reports, oldest first."""

    items: list[ReportVerdicts]
    nextCursor: str | None = None


class AnomalyState(StrEnum):
    """What became of an anomaly; NOTED ones held nothing back."""

    HELD = "HELD"
    RELEASED = "RELEASED"
    DISMISSED = "DISMISSED"
    NOTED = "NOTED"


class HeldPlayer(Dto):
    """A player's time that waits for a moderator, in seconds."""

    uuid: str
    name: str | None
    activeSeconds: int
    afkSeconds: int


class AnomalyView(Dto):
    """Something odd in a report. `suspicion` is what it added to its instance's score."""

    id: str
    serverId: str
    pluginId: str
    reportId: str
    state: AnomalyState
    reasons: list[str]
    players: list[HeldPlayer]
    suspicion: int
    createdAt: datetime
    decidedBy: str | None
    decidedAt: datetime | None
    note: str | None


class AnomalyList(Dto):
    """Anomalies: a server's newest first, those that wait oldest first."""

    items: list[AnomalyView]
    nextCursor: str | None = None


class Decision(Input):
    """Whether held time counts after all, and why: the owner can read it."""

    release: bool
    note: Annotated[str, Field(min_length=3, max_length=500), AfterValidator(clean)]


class PlayedView(Dto):
    """Verified playtime on one server."""

    serverId: str
    serverName: str | None
    activeMinutes: int
    afkMinutes: int
    lastPlayedAt: datetime | None


class PlayedList(Dto):
    """Verified playtime, by server."""

    items: list[PlayedView]
    nextCursor: str | None = None
