"""What a search takes and answers."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from firstspawn.discovery.languages import usual_case
from firstspawn.kit.dto import Dto, Query
from firstspawn.servers.fields import GameType, Region, ServerEdition
from firstspawn.servers.schemas import LocationView

_Word = Annotated[str, Field(min_length=1, max_length=64)]
_Language = Annotated[str, Field(min_length=2, max_length=16), AfterValidator(usual_case)]
_Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
_MOST_LATITUDE, _MOST_LONGITUDE = 90, 180


class Point(NamedTuple):
    """Degrees north and east."""

    lat: float
    lon: float


def point(text: str) -> str:
    """Check `lat,lon` in degrees. Raises ValueError."""
    to_point(text)
    return text


def to_point(text: str) -> Point:
    """Read `lat,lon` in degrees. Raises ValueError."""
    parts = text.split(",")
    lat, lon = map(float, parts) if len(parts) == len(Point._fields) else (None, None)
    if (
        lat is None
        or lon is None
        or not (abs(lat) <= _MOST_LATITUDE and abs(lon) <= _MOST_LONGITUDE)
    ):
        raise ValueError("must be lat,lon in degrees, like 48.1,11.6")
    return Point(lat, lon)


class Sort(StrEnum):
    """What to order by. `trending`: what grew most in the last seven days."""

    RELEVANCE = "relevance"
    TRENDING = "trending"
    NEW = "new"
    RANDOM = "random"
    DISTANCE = "distance"
    PLAYER_COUNT = "playerCount"
    AVERAGE_RATING = "averageRating"
    SCORE = "score"
    REVIEW_COUNT = "reviewCount"
    FAVORITE_COUNT = "favoriteCount"
    TOTAL_PLAYTIME = "totalPlaytime"
    UPTIME = "uptime"
    CREATED_AT = "createdAt"
    LAUNCH_DATE = "launchDate"


class Order(StrEnum):
    """Greatest first, or smallest first."""

    ASC = "asc"
    DESC = "desc"


class _Filters(Query):
    """Filters are joined by "and"; what is not known of a server fits no bound."""

    ids: Annotated[list[_Word], Field(max_length=100, description="Exactly these servers")] = Field(
        default_factory=list
    )
    gameType: Annotated[list[GameType], Field(max_length=2)] = Field(default_factory=list)
    edition: Annotated[list[ServerEdition], Field(max_length=3)] = Field(default_factory=list)
    tags: Annotated[list[_Word], Field(max_length=10, description="Tag slugs")] = Field(
        default_factory=list
    )
    region: Annotated[list[Region], Field(max_length=7)] = Field(default_factory=list)
    language: Annotated[
        list[_Language], Field(max_length=10, description="BCP 47; pt is also any pt-BR")
    ] = Field(default_factory=list)
    version: Annotated[
        list[_Word], Field(max_length=10, description="Of the game; 1.21 is also any 1.21.x")
    ] = Field(default_factory=list)
    online: bool | None = None
    verified: bool | None = None
    featured: bool | None = None
    minPlayers: Annotated[_Count | None, Field(description="Players now, at least")] = None
    maxPlayers: Annotated[_Count | None, Field(description="Players now, at most")] = None
    minSlots: Annotated[_Count | None, Field(description="Bounds of `maxPlayers`")] = None
    maxSlots: _Count | None = None
    minUptime: Annotated[float | None, Field(ge=0, le=100, description="Percent")] = None
    minRating: Annotated[float | None, Field(ge=0, le=5)] = None
    minReviews: _Count | None = None
    minFavorites: _Count | None = None
    createdAfter: datetime | None = None
    createdBefore: datetime | None = None
    launchAfter: datetime | None = None
    launchBefore: datetime | None = None
    upcoming: Annotated[
        bool | None, Field(description="true: opens later; false: open, or nothing is known")
    ] = None
    near: Annotated[
        str | None,
        AfterValidator(point),
        Field(description="lat,lon in degrees", examples=["48.1,11.6"]),
    ] = None
    radius: Annotated[float, Field(gt=0, le=20_040, description="Kilometres around `near`")] = 500


class SearchParams(_Filters):
    """Filters are joined by "and". Several values are separated by commas or repeated: of most
    fields any may fit, of tags all must. Descending is the order of everything but `distance` and
    `launchDate`, unless `order` says otherwise.
    """

    q: Annotated[
        str,
        Field(max_length=200, description="Words, 12 at most count; the last may be unfinished"),
    ] = ""
    sort: Sort = Sort.RELEVANCE
    order: Order | None = None
    seed: Annotated[
        int | None, Field(ge=0, lt=2**31, description="Of a random order, to have it again")
    ] = None
    highlight: Annotated[bool, Field(description="Say what fits, as escaped HTML")] = False
    withFeatured: Annotated[bool, Field(description="Also show featured servers, apart")] = False
    withSpotlight: Annotated[
        bool, Field(description="Also show small and new servers whose day it is, apart")
    ] = False
    explain: Annotated[bool, Field(description="Say what each point is for; admins only")] = False
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=1024)] | None = None

    @model_validator(mode="after")
    def _distance_needs_a_point(self) -> "SearchParams":
        if self.sort is Sort.DISTANCE and self.near is None:
            raise ValueError("sort=distance needs near")
        return self

    @property
    def direction(self) -> Order:
        """The order asked for, or the usual one."""
        nearest_first = self.sort in (Sort.DISTANCE, Sort.LAUNCH_DATE)
        return self.order or (Order.ASC if nearest_first else Order.DESC)


class SuggestParams(Query):
    """The beginning of a server's name."""

    q: Annotated[str, Field(min_length=1, max_length=64)]
    gameType: Annotated[list[GameType], Field(max_length=2)] = Field(default_factory=list)
    limit: Annotated[int, Field(ge=1, le=20)] = 8


class Explanation(Dto):
    """Where a place in the order comes from: `total` is `text`, `proof` and `exposure` summed."""

    total: float
    text: int
    proof: dict[str, int]
    exposure: int


class ServerCard(Dto):
    """A server as lists show it; `GET /servers/{id}` has the rest.

    `isOnline`, `playerCount`, `maxPlayers` and `uptime` are those that the check at `checkedAt`
    found: whatever shows the same `checkedAt` shows the same, except that a Hytale server's plugin
    may tell `playerCount` and `maxPlayers` between two checks. `uptime` is a percentage (null: only
    its plugin knows it), `totalPlaytime` hours, `distance` kilometres from `near`. `highlights` are
    texts as HTML, with what fits in `<em>` and everything else escaped.
    """

    id: str
    slug: str
    name: str
    shortDescription: str | None = None
    gameType: GameType
    edition: ServerEdition | None = None
    tags: list[str] = Field(default_factory=list)
    region: str | None = None
    language: str | None = None
    version: str | None = None
    isOnline: bool = False
    isVerified: bool = False
    isFeatured: bool = False
    playerCount: int = 0
    maxPlayers: int | None = None
    uptime: float | None = 0
    checkedAt: datetime | None = None
    averageRating: float = 0
    score: float = 0
    reviewCount: int = 0
    verifiedReviewCount: int = 0
    favoriteCount: int = 0
    totalPlaytime: int = 0
    iconUrl: str | None = None
    bannerUrl: str | None = None
    logoUrl: str | None = None
    location: LocationView | None = None
    launchDate: datetime | None = None
    createdAt: datetime
    distance: float | None = None
    highlights: dict[str, str] | None = None
    explanation: Explanation | None = None


class FacetCount(Dto):
    """How many results have a value: of all that the other filters leave."""

    value: str
    count: int


class Facets(Dto):
    """Values to filter by, most frequent first; each ignores the filter on itself."""

    gameType: list[FacetCount]
    edition: list[FacetCount]
    tags: list[FacetCount]
    region: list[FacetCount]
    language: list[FacetCount]
    version: list[FacetCount]


class SearchPage(Dto):
    """One page. `total` counts all results.

    `approximate`: nothing had all the words, so these are close spellings or have most of them;
    `didYouMean` is then the text as it may have been meant. On the first page, if asked for, and
    apart from the results, whose order they have no part in: `featured` are servers the platform
    presents, `spotlight` small and new ones whose day it is, if they fit the search.
    """

    items: list[ServerCard]
    nextCursor: str | None
    total: int
    facets: Facets
    featured: list[ServerCard]
    spotlight: list[ServerCard]
    approximate: bool
    didYouMean: str | None


class Suggestion(Dto):
    """A server whose name may be meant; `highlight` is it as HTML, `checkedAt` as in cards."""

    id: str
    slug: str
    name: str
    gameType: GameType
    iconUrl: str | None = None
    isOnline: bool = False
    playerCount: int = 0
    checkedAt: datetime | None = None
    highlight: str | None = None


class Suggestions(Dto):
    """Servers whose names may be meant, the likeliest first."""

    items: list[Suggestion]


class RebuildMessage(BaseModel):
    """Where a reindex stands: what one step leaves for the next one.

    Without an `index` it begins. `at` is the walk's position, `buckets` a `Ledger` of what was
    walked over, `before` the first id of those listed since the beginning (ids grow with time),
    `refused` the ids of servers that cannot be indexed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: str | None = None
    before: str = ""
    at: list[str] | None = None
    buckets: list[tuple[int, int, int]] = Field(default_factory=list)
    refused: list[str] = Field(default_factory=list)
    isFilled: bool = False


class RebuildReport(BaseModel):
    """A new index in place, without the servers that cannot be indexed (`refused`). How the old one
    differed from it: documents it lacked, had an older state of, had a newer state of than the
    table (restored from a backup), or had although there is no such server.
    """

    documents: int
    refused: list[str]
    missing: int
    behind: int
    ahead: int
    stray: int

    @property
    def drift(self) -> int:
        """All differences."""
        return self.missing + self.behind + self.ahead + self.stray


class DriftReport(BaseModel):
    """Servers whose document is missing, behind, ahead of the table, or of nobody; how many of them
    were mended. `refused` cannot be indexed; what is ahead only a reindex mends.
    """

    checked: int = 0
    refused: list[str] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=list)
    behind: list[str] = Field(default_factory=list)
    ahead: list[str] = Field(default_factory=list)
    stray: list[str] = Field(default_factory=list)
    repaired: int = 0
