"""Parameters as a query for the engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from firstspawn.clients.search.interface import (
    AllOf,
    AnyOf,
    Aside,
    Between,
    Filter,
    Near,
    SearchQuery,
    SortValues,
)
from firstspawn.discovery.ranking import exposed_on
from firstspawn.discovery.schemas import SearchParams, Sort, SuggestParams, to_point

FEATURED, SPOTLIGHT = "featured", "spotlight"
_ASIDE = 3
# The API's name of a facet -> the index's.
FACETS = {
    "gameType": "gameType",
    "edition": "edition",
    "tags": "tags",
    "region": "region",
    "language": "languages",
    "version": "versions",
}
_HOUR = 3_600_000
_FIELDS = {Sort.TRENDING: "trend", Sort.NEW: "createdAt"}


@dataclass(frozen=True, slots=True)
class Start:
    """What all pages of one search have in common, whenever they are asked for.

    `at` (milliseconds of the epoch) is when the first one was: "upcoming" and the day's exposure
    are those of that moment.
    """

    at: int
    seed: int
    approximate: bool = False

    @property
    def day(self) -> datetime:
        """The moment as a date."""
        return datetime.fromtimestamp(self.at / 1000, UTC)


def search_query(params: SearchParams, start: Start, after: SortValues | None) -> SearchQuery:
    """One page of a search."""
    return SearchQuery(
        text=params.q.strip() or None,
        filters=_filters(params, start.at),
        sort=_FIELDS.get(params.sort, params.sort.value),
        direction=params.direction.value,
        size=params.limit,
        after=after,
        facets=tuple(FACETS.values()),
        approximate=start.approximate,
        seed=start.seed,
        exposed=exposed_on(start.day),
        whole=params.highlight or params.explain,
        asides=tuple(_asides(params, start)) if after is None else (),
    )


def _asides(params: SearchParams, start: Start) -> Iterator[Aside]:
    """The featured servers that fit the search, in an order of the day's own; and of the small and
    new ones whose day it is others every hour, however many have proved more.
    """
    if params.withFeatured:
        yield Aside(FEATURED, AnyOf("isFeatured", (True,)), _ASIDE, start.day.toordinal())
    if params.withSpotlight:
        exposed = AnyOf("exposureGroup", (exposed_on(start.day),))
        yield Aside(SPOTLIGHT, exposed, _ASIDE, start.at // _HOUR)


def suggest_query(params: SuggestParams) -> SearchQuery:
    """The servers whose name may go on from what was typed."""
    return SearchQuery(
        text=params.q,
        filters=_any_of(("gameType", params.gameType)),
        size=params.limit,
        completing=True,
        counted=False,
    )


def _filters(params: SearchParams, now: int) -> tuple[Filter, ...]:
    flags = (
        ("isOnline", params.online),
        ("isVerified", params.verified),
        ("isFeatured", params.featured),
    )
    bounds = (
        ("playerCount", params.minPlayers, params.maxPlayers),
        ("maxPlayers", params.minSlots, params.maxSlots),
        ("uptime", params.minUptime or None, None),  # 0 is no bound: not even for what has none
        ("averageRating", params.minRating, None),
        ("reviewCount", params.minReviews, None),
        ("favoriteCount", params.minFavorites, None),
        ("createdAt", _epoch(params.createdAfter), _epoch(params.createdBefore)),
        ("launchDate", _epoch(params.launchAfter), _epoch(params.launchBefore)),
    )
    return (
        *_any_of(
            ("id", params.ids),
            ("gameType", params.gameType),
            ("edition", params.edition),
            ("region", params.region),
            ("languages", params.language),
            ("versions", params.version),
        ),
        *((AllOf("tags", tuple(params.tags)),) if params.tags else ()),
        *(AnyOf(name, (flag,)) for name, flag in flags if flag is not None),
        *(Between(name, low, high) for name, low, high in bounds if (low, high) != (None, None)),
        *_upcoming(params.upcoming, now),
        *_near(params),
    )


def _any_of(*wanted: tuple[str, Any]) -> tuple[Filter, ...]:
    return tuple(AnyOf(name, tuple(map(str, values))) for name, values in wanted if values)


def _upcoming(wanted: bool | None, now: int) -> tuple[Filter, ...]:
    if wanted is None:
        return ()
    if wanted:
        return (Between("launchDate", low=now + 1),)
    return (Between("launchDate", high=now, absent=True),)


def _near(params: SearchParams) -> tuple[Filter, ...]:
    if params.near is None:
        return ()
    where = to_point(params.near)
    return (Near(where.lat, where.lon, params.radius),)


def _epoch(moment: datetime | None) -> int | None:
    """Milliseconds; a moment without an offset is meant as UTC."""
    if moment is None:
        return None
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)
