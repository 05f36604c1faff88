"""What the platform asks of a search engine, whichever engine it is.

Two engines answer it: OpenSearch on AWS and LocalStack, a SQLite file on a laptop. The contract
tests hold both to the same answers. Fields are those of `servers.json`, spelled as in the API.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Direction = Literal["asc", "desc"]
SortValues = tuple[int | float | str, ...]

RELEVANCE = "relevance"
RANDOM = "random"
DISTANCE = "distance"
LONGEST_TEXT = 200
LONGEST_FACET = 50


class EngineUnavailableError(Exception):
    """The engine cannot answer now: it is down, busy or refuses us, or its index was never made."""


@dataclass(frozen=True, slots=True)
class Document:
    """One server as the index keeps it.

    `revision` is the external version: the greatest one ever written wins, whatever the order of
    arrival. `fields` holds the properties of `servers.json`; `listed: False` hides the document
    from every search while its revision still guards it against older writes.
    """

    id: str
    revision: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Keep documents whose field holds at least one of the values."""

    field: str
    values: tuple[str | bool | int, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Keep documents whose field (a list) holds every one of the values."""

    field: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """Keep documents whose number or date lies between two values, both included.

    Dates are milliseconds of the epoch. None leaves an end open. What has no value is dropped,
    unless `absent`.
    """

    field: str
    low: float | None = None
    high: float | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """Keep documents whose place is at most `kilometres` from a point, in degrees."""

    lat: float
    lon: float
    kilometres: float
    field: str = "location"


Filter = AnyOf | AllOf | Between | Near


@dataclass(frozen=True, slots=True)
class Aside:
    """A short list beside a page: what fits `filter`, too, in the random order of `seed`."""

    name: str
    filter: AnyOf
    size: int
    seed: int


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One page of one search.

    `text` is what somebody typed (None: everything). `approximate` also takes near spellings and
    documents that miss a third of the words; `completing` looks at names alone, and every word
    may be unfinished.

    `sort` is a numeric or date field, RELEVANCE, RANDOM (the order that belongs to `seed`) or
    DISTANCE (from the one Near filter); ties are broken by id, ascending. `after` is the
    `next_after` of the page before. `exposed` is the group whose documents get EXPOSURE points
    on top of their relevance today.

    Counts per value are returned for `facets`, each ignoring the filters on its own field.
    `whole` adds `description` to the hits. `counted: False` leaves the total at 0.
    """

    text: str | None = None
    filters: tuple[Filter, ...] = ()
    sort: str = RELEVANCE
    direction: Direction = "desc"
    size: int = 20
    after: SortValues | None = None
    facets: tuple[str, ...] = ()
    approximate: bool = False
    completing: bool = False
    seed: int = 0
    exposed: int | None = None
    whole: bool = False
    counted: bool = True
    asides: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`hits` are documents' fields; `total` counts all that match.

    `values` has what each hit was ordered by. `facets` maps a field to its values and counts, most
    frequent first, at most 50.
    """

    hits: list[dict[str, Any]]
    total: int
    next_after: SortValues | None = None
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    values: SortValues = ()
    asides: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WriteFailure:
    """A document that was not written. What failed for good (a bad field) is not `retryable`."""

    id: str
    reason: str
    retryable: bool


class Rebuild(Protocol):
    """A second index being filled while the first one keeps answering and taking writes."""

    @property
    def name(self) -> str:
        """What `resume` finds it by."""

    def revisions(self, after: str = "", size: int = 10_000) -> list[tuple[str, int]]:
        """Like `SearchEngine.revisions`, of the new index. Raises EngineUnavailableError."""

    def write(self, documents: Sequence[Document]) -> list[WriteFailure]:
        """Add documents to the new index only. Newer ones already there stay."""

    def publish(self) -> int:
        """Let the new index take the old one's place in one step; return its document count."""

    def discard(self) -> None:
        """Drop the new index; the old one goes on."""


class SearchEngine(Protocol):
    """One index of servers."""

    def prepare(self) -> bool:
        """Make the index if there is none. False: it is there, but made from another mapping."""

    def search(self, query: SearchQuery) -> SearchResult:
        """Answer one page. Raises EngineUnavailableError."""

    def write(self, documents: Sequence[Document]) -> list[WriteFailure]:
        """Store what is newer than what is there; a stale document loses silently.

        Never raises for an engine that is down: every document is then a retryable failure.
        """

    def rebuild(self) -> Rebuild:
        """Start a new index; from here on `write` feeds both. Drops an unfinished one."""

    def resume(self, name: str) -> Rebuild | None:
        """Go on with a rebuild, in any process. None if it was published, dropped or overtaken."""

    def revisions(self, after: str = "", size: int = 10_000) -> list[tuple[str, int]]:
        """Ids and revisions of all documents, hidden ones too, in order of id: a page after an id.

        The first page (`after` is empty) sees everything written before it. Raises
        EngineUnavailableError.
        """

    def revisions_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Revisions of documents as they were written last. Raises EngineUnavailableError."""

    def refresh(self) -> None:
        """Make everything written visible to the next search (OpenSearch waits up to 1 s)."""

    def ping(self) -> None:
        """Raises EngineUnavailableError unless searches can be answered."""

    def close(self) -> None:
        """Release connections."""
