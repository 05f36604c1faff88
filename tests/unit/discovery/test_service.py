"""From parameters to a page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from firstspawn.clients.search.embedded import EmbeddedEngine
from firstspawn.clients.search.interface import (
    AllOf,
    AnyOf,
    SearchQuery,
    SearchResult,
)
from firstspawn.clients.search.opensearch import OpenSearchEngine
from firstspawn.discovery.errors import BadSearchCursor, SearchUnavailable
from firstspawn.discovery.schemas import SearchPage, SearchParams
from firstspawn.discovery.service import DiscoveryService
from firstspawn.kit.cursors import Cursors
from tests.support.search_documents import crowd, document


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    made = EmbeddedEngine(str(tmp_path / "search.db"))
    made.prepare()
    made.write([*crowd(60), document("hypixel", "Hypixel", playerCount=9)])
    yield made
    made.close()


@pytest.fixture
def discovery(engine: EmbeddedEngine) -> DiscoveryService:
    return DiscoveryService(engine, Cursors(b"k" * 32))


def search(discovery: DiscoveryService, **parameters: Any) -> SearchPage:
    return discovery.search(SearchParams(**parameters))


class Recording(EmbeddedEngine):
    """Notes queries and finds nothing."""

    def __init__(self) -> None:
        super().__init__("unused.db")
        self.queries: list[SearchQuery] = []

    def search(self, query: SearchQuery) -> SearchResult:
        """Note."""
        self.queries.append(query)
        return SearchResult([], 0, None, {name: {} for name in query.facets})


def test_parameters_become_filters() -> None:
    engine = Recording()

    search(
        DiscoveryService(engine, Cursors(b"k" * 32)),
        q="  sky ", gameType=["HYTALE"], tags=["pvp", "economy"], region=["EU", "NA"],
        language=["pt-BR"], online=True, verified=False, sort="uptime", order="asc", limit=7,
    )  # fmt: skip

    query = engine.queries[0]
    assert query.filters == (
        AnyOf("gameType", ("HYTALE",)),
        AnyOf("region", ("EU", "NA")),
        AnyOf("language", ("pt-BR",)),
        AllOf("tags", ("pvp", "economy")),
        AnyOf("isOnline", (True,)),
        AnyOf("isVerified", (False,)),
    )
    assert (query.text, query.sort, query.direction, query.size) == ("sky", "uptime", "asc", 7)


def test_without_parameters_everything_is_listed(discovery: DiscoveryService) -> None:
    page = search(discovery)

    assert len(page.items) == 20
    assert page.total == 61
    assert page.nextCursor is not None
    assert sum(count.count for count in page.facets.gameType) == 61
    assert not page.approximate


def test_cursors_lead_through_every_page(discovery: DiscoveryService) -> None:
    seen: list[str] = []
    cursor: str | None = None
    for size in (7, 30, 100):
        page = search(discovery, sort="playerCount", limit=size, cursor=cursor)
        seen += [card.id for card in page.items]
        cursor = page.nextCursor

    assert cursor is None
    assert len(seen) == len(set(seen)) == 61


def test_a_misspelt_search_is_answered_approximately_on_every_page(
    discovery: DiscoveryService, engine: EmbeddedEngine
) -> None:
    # Given three servers whose name is near to what was typed
    engine.write([document(f"h{n}", f"Hypixel {n}") for n in range(2)])

    # When the pages are followed
    first = search(discovery, q="hypixle", limit=2)
    second = search(discovery, q="hypixle", limit=2, cursor=first.nextCursor)

    # Then they go on as they began
    assert first.approximate
    assert second.approximate
    assert first.total == second.total == 3
    assert {card.id for card in (*first.items, *second.items)} == {"hypixel", "h0", "h1"}


def test_nothing_found_is_not_called_approximate(discovery: DiscoveryService) -> None:
    page = search(discovery, q="zzzzzzzzzzzz")

    assert (page.items, page.total, page.approximate, page.nextCursor) == ([], 0, False, None)


def test_a_cursor_belongs_to_its_query(discovery: DiscoveryService) -> None:
    cursor = search(discovery, q="hypixel", limit=1, sort="uptime").nextCursor or (
        search(discovery, limit=1).nextCursor
    )

    with pytest.raises(BadSearchCursor):
        search(discovery, q="another", limit=1, cursor=cursor)
    with pytest.raises(BadSearchCursor):
        search(discovery, cursor="garbage")


def test_an_engine_that_is_down_is_unavailable_for_a_while() -> None:
    discovery = DiscoveryService(OpenSearchEngine("http://127.0.0.1:9"), Cursors(b"k" * 32))

    with pytest.raises(SearchUnavailable) as raised:
        search(discovery)

    assert raised.value.status == 503
    assert raised.value.headers["Retry-After"] == "10"


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"limit": 101},
        {"gameType": ["CHESS"]},
        {"region": ["MOON"]},
        {"sort": "price"},
        {"order": "up"},
        {"q": "x" * 201},
        {"tags": ["t"] * 11},
        {"online": "maybe"},
    ],
)
def test_wrong_parameters_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SearchParams(**wrong)


def test_every_sort_can_be_served(engine: EmbeddedEngine, discovery: DiscoveryService) -> None:
    for sort in ("relevance", "playerCount", "averageRating", "uptime", "createdAt"):
        assert search(discovery, sort=sort).total == 61
    with pytest.raises(ValueError, match="neither"):
        engine.search(SearchQuery(sort="description"))
