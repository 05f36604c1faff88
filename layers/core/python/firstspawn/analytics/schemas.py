"""What goes in and out of analytics."""

from datetime import date
from typing import Literal

from pydantic import Field

from firstspawn.kit.dto import Dto, Query

_EARLIEST, _LATEST = date(2020, 1, 1), date(2999, 12, 31)


class AnalyticsQuery(Query):
    """Days in UTC, both included; without them the last 30. At most 92."""

    first: date | None = Field(default=None, alias="from", ge=_EARLIEST, le=_LATEST)
    last: date | None = Field(default=None, alias="to", ge=_EARLIEST, le=_LATEST)
    granularity: Literal["day"] = "day"


class AnalyticsPoint(Dto):
    """A day.

    `views` of the page are exact up to 64, then within some percent. `reviews` and `favorites` are
    those that came less those that went, beside the totals at its end. `players` is the mean and
    `peakPlayers` the peak of the checks, null on a day when none told how many play.
    """

    day: date
    views: int
    reviews: int
    reviewCount: int
    averageRating: float | None
    favorites: int
    favoriteCount: int
    players: float | None
    peakPlayers: int | None
    uptime: float | None


class ServerAnalytics(Dto):
    """A server's days in order, and their sums."""

    serverId: str
    granularity: Literal["day"]
    views: int
    reviews: int
    favorites: int
    points: list[AnalyticsPoint]
