"""What a search takes and answers."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from firstspawn.kit.dto import Dto, Query
from firstspawn.servers.fields import GameType, Region
from firstspawn.servers.schemas import LocationView

_Tag = Annotated[str, Field(min_length=1, max_length=64)]
_Language = Annotated[str, Field(min_length=2, max_length=16)]


class Sort(StrEnum):
    """What to order by."""

    RELEVANCE = "relevance"
    PLAYER_COUNT = "playerCount"
    AVERAGE_RATING = "averageRating"
    UPTIME = "uptime"
    CREATED_AT = "createdAt"


class Order(StrEnum):
    """Greatest first, or smallest first."""

    ASC = "asc"
    DESC = "desc"


class SearchParams(Query):
    """Filters are joined by "and". Several values are separated by commas or repeated: of game
    types, regions and languages any may fit, of tags all must.
    """

    q: Annotated[str, Field(max_length=200, description="Words; the last may be unfinished")] = ""
    gameType: Annotated[list[GameType], Field(max_length=2)] = Field(default_factory=list)
    tags: Annotated[list[_Tag], Field(max_length=10, description="Tag slugs")] = Field(
        default_factory=list
    )
    region: Annotated[list[Region], Field(max_length=7)] = Field(default_factory=list)
    language: Annotated[list[_Language], Field(max_length=10)] = Field(default_factory=list)
    online: bool | None = None
    verified: bool | None = None
    sort: Sort = Sort.RELEVANCE
    order: Order = Order.DESC
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=1024)] | None = None


class ServerCard(Dto):
    """A server as lists show it; `GET /servers/{id}` has the rest. `uptime` is a percentage."""

    id: str
    slug: str
    name: str
    shortDescription: str | None = None
    gameType: GameType
    tags: list[str] = Field(default_factory=list)
    region: str | None = None
    language: str | None = None
    version: str | None = None
    isOnline: bool = False
    isVerified: bool = False
    isFeatured: bool = False
    playerCount: int = 0
    maxPlayers: int | None = None
    uptime: float = 0
    averageRating: float = 0
    reviewCount: int = 0
    favoriteCount: int = 0
    iconUrl: str | None = None
    bannerUrl: str | None = None
    logoUrl: str | None = None
    location: LocationView | None = None
    createdAt: datetime


class FacetCount(Dto):
    """How many results a value of a filter would leave."""

    value: str
    count: int


class Facets(Dto):
    """Values to filter by, most frequent first; each ignores the filter on itself."""

    gameType: list[FacetCount]
    tags: list[FacetCount]
    region: list[FacetCount]
    language: list[FacetCount]


class SearchPage(Dto):
    """One page. `total` counts all results.

    `approximate`: nothing had all the words, so these are close spellings or have most of them.
    """

    items: list[ServerCard]
    nextCursor: str | None
    total: int
    facets: Facets
    approximate: bool
