"""From parameters to a page."""

from typing import Any

import pytest
from pydantic import ValidationError

from firstspawn.clients.search.embedded import EmbeddedEngine
from firstspawn.clients.search.interface import (
    AllOf,
    AnyOf,
    Between,
    Near,
    SearchQuery,
    SearchResult,
)
from firstspawn.clients.search.opensearch import OpenSearchEngine
from firstspawn.clients.search.weights import NAME_BEGINS, SAME_NAME, WORD
from firstspawn.discovery.errors import BadSearchCursor, SearchUnavailable
from firstspawn.discovery.ranking import exposed_on
from firstspawn.discovery.schemas import SearchParams, Sort, SuggestParams
from firstspawn.discovery.service import DiscoveryService
from tests.support.clock import FrozenClock
from tests.support.discovery import search, service
from tests.support.search_documents import crowd, document


@pytest.fixture
def engine(engine: EmbeddedEngine) -> EmbeddedEngine:
    """The index with a crowd in it, and a known server."""
    engine.write([*crowd(60), document("hypixel", "Hypixel", playerCount=9)])
    return engine


class Recording(EmbeddedEngine):
    """Notes queries and finds nothing."""

    def __init__(self) -> None:
        super().__init__("unused.db")
        self.queries: list[SearchQuery] = []

    def search(self, query: SearchQuery) -> SearchResult:
        """Note."""
        self.queries.append(query)
        return SearchResult([], 0, None, {name: {} for name in query.facets})


def test_an_uptime_of_at_least_0_leaves_out_nobody() -> None:
    engine = Recording()

    search(service(engine), minUptime=0)

    assert engine.queries[0].filters == ()


def test_parameters_become_filters() -> None:
    engine = Recording()

    search(
        service(engine),
        q="  sky ", gameType=["HYTALE"], tags=["pvp", "economy"], region=["EU", "NA"],
        language=["PT-br"], online=True, verified=False, sort="uptime", order="asc", limit=7,
        ids=["a"], edition=["BEDROCK"], version=["1.21"], featured=True, minPlayers=1, maxPlayers=9,
        minSlots=20, maxSlots=50, minUptime=99, minRating=4, minReviews=2, minFavorites=3,
        createdAfter="2026-01-01T00:00:00Z", launchBefore="2026-12-01T00:00:00", upcoming=True,
        near="48.1,11.6", radius=20,
    )  # fmt: skip

    query = engine.queries[0]
    now = FrozenClock()().timestamp() * 1000
    assert set(query.filters) == {
        AnyOf("id", ("a",)),
        AnyOf("gameType", ("HYTALE",)),
        AnyOf("edition", ("BEDROCK",)),
        AnyOf("region", ("EU", "NA")),
        AnyOf("languages", ("pt-BR",)),
        AnyOf("versions", ("1.21",)),
        AllOf("tags", ("pvp", "economy")),
        AnyOf("isOnline", (True,)),
        AnyOf("isVerified", (False,)),
        AnyOf("isFeatured", (True,)),
        Between("playerCount", 1, 9),
        Between("maxPlayers", 20, 50),
        Between("uptime", 99, None),
        Between("averageRating", 4, None),
        Between("reviewCount", 2, None),
        Between("favoriteCount", 3, None),
        Between("createdAt", 1767225600000, None),
        Between("launchDate", None, 1796083200000),
        Between("launchDate", now + 1, None),
        Near(48.1, 11.6, 20),
    }
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
    discovery = service(OpenSearchEngine("http://127.0.0.1:9"))

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
        {"near": "48.1"},
        {"near": "91,0"},
        {"near": "nan,nan"},
        {"near": "a,b"},
        {"near": "1,2", "radius": 0},
        {"sort": "distance"},
        {"minUptime": 101},
        {"minPlayers": -1},
        {"edition": ["PALM"]},
        {"createdAfter": "yesterday"},
        {"ids": ["x"] * 101},
        {"seed": -1},
    ],
)
def test_wrong_parameters_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SearchParams(**wrong)


def test_every_sort_can_be_served(engine: EmbeddedEngine, discovery: DiscoveryService) -> None:
    for sort in Sort:
        assert search(discovery, sort=sort, near="0,0", radius=20040).total > 0
    with pytest.raises(ValueError, match="neither"):
        engine.search(SearchQuery(sort="description"))


def test_a_misspelt_search_says_what_was_meant(discovery: DiscoveryService) -> None:
    assert search(discovery, q="Hypixle").didYouMean == "hypixel"
    assert search(discovery, q="hypixel").didYouMean is None


def test_highlights_come_when_asked_for_and_are_safe(
    discovery: DiscoveryService, engine: EmbeddedEngine
) -> None:
    engine.write([document("x", "<script>Zed</script>", description="a zed's <b>tale</b>")])

    plain, marked = search(discovery, q="zed"), search(discovery, q="zed", highlight=True)

    assert plain.items[0].highlights is None
    assert marked.items[0].highlights == {
        "name": "&lt;script&gt;<em>Zed</em>&lt;/script&gt;",
        "description": "a <em>zed</em>&#x27;s &lt;b&gt;tale&lt;/b&gt;",
    }


def test_a_random_order_lasts_while_paging_and_is_another_one_next_time(
    discovery: DiscoveryService,
) -> None:
    def walk(**parameters: Any) -> list[str]:
        seen: list[str] = []
        cursor: str | None = None
        while cursor or not seen:
            page = search(discovery, sort="random", limit=9, cursor=cursor, **parameters)
            seen += [card.id for card in page.items]
            cursor = page.nextCursor
        return seen

    first, second = walk(), walk()
    chosen, again = walk(seed=5), walk(seed=5)

    assert len(set(first)) == len(first) == 61
    assert sorted(first) == sorted(second)
    assert first != second
    assert chosen == again


def test_an_explanation_adds_up(engine: EmbeddedEngine, clock: FrozenClock) -> None:
    group = exposed_on(clock())
    parts = {"reviews": 4, "uptime": 3}
    engine.write([document("e", "Explained", rankScore=7, rankParts=parts, exposureGroup=group)])

    [card] = search(service(engine, clock), q="explained", explain=True).items

    assert card.explanation is not None
    assert card.explanation.proof == parts
    assert card.explanation.exposure == 10
    assert card.explanation.text == SAME_NAME + NAME_BEGINS + WORD["nameTerms"][0]
    assert card.explanation.total == card.explanation.text + 7 + 10


def test_upcoming_servers_are_found_nearest_opening_first(
    engine: EmbeddedEngine, clock: FrozenClock
) -> None:
    engine.write(
        [
            document("later", "Zed", launchDate="2027-02-01T00:00:00.000Z"),
            document("soon", "Zed", launchDate="2026-12-01T00:00:00.000Z"),
            document("past", "Zed", launchDate="2026-01-01T00:00:00.000Z"),
            document("silent", "Zed"),
        ]
    )
    discovery = service(engine, clock)

    upcoming = search(discovery, q="zed", upcoming=True, sort="launchDate").items
    opened = search(discovery, q="zed", upcoming=False).items

    assert [card.id for card in upcoming] == ["soon", "later"]
    assert {card.id for card in opened} == {"past", "silent"}


def test_distances_are_shown_and_order(discovery: DiscoveryService, engine: EmbeddedEngine) -> None:
    places = {"munich": (48.14, 11.58), "vienna": (48.21, 16.37), "sydney": (-33.87, 151.21)}
    engine.write(
        [document(n, "Zed", location={"lat": lat, "lon": lon}) for n, (lat, lon) in places.items()]
    )

    page = search(discovery, q="zed", near="48.21,16.37", radius=400, sort="distance")

    assert [(card.id, card.distance) for card in page.items] == [("vienna", 0.0), ("munich", 355.2)]


def test_many_are_read_by_id_at_once(discovery: DiscoveryService) -> None:
    page = search(discovery, ids=["00000003", "hypixel", "nobody"])

    assert {card.id for card in page.items} == {"00000003", "hypixel"}
    assert page.total == 2


def test_names_are_completed_within_a_game(
    discovery: DiscoveryService, engine: EmbeddedEngine
) -> None:
    engine.write(
        [
            document("a", "Zephyr Realms", checkedAt="2026-11-24T11:55:00.000Z"),
            document("b", "Realms of Zephyr", gameType="HYTALE"),
            document("c", "Other", tags=["zephyr"], description="zephyr"),
        ]
    )

    def suggested(**parameters: Any) -> list[str]:
        return [one.id for one in discovery.suggest(SuggestParams(**parameters)).items]

    assert suggested(q="zeph") == ["a", "b"]
    assert suggested(q="zeph", gameType=["HYTALE"]) == ["b"]
    assert suggested(q="rea zep") == ["a", "b"]
    assert suggested(q="zephry") == ["a", "b"]
    assert suggested(q="★") == []
    found = discovery.suggest(SuggestParams(q="zeph")).items[0]
    assert found.checkedAt == search(discovery, q="zephyr realms").items[0].checkedAt
    assert found.checkedAt is not None
    assert found.highlight == "<em>Zephyr</em> Realms"


def test_a_new_parameter_left_alone_does_not_void_a_cursor(discovery: DiscoveryService) -> None:
    cursor = search(discovery, limit=5).nextCursor

    page = search(discovery, limit=7, highlight=True, order=None, cursor=cursor)

    assert len(page.items) == 7
