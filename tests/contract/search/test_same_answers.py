"""Both engines at once: the same page for the same parameters, ordinary and strange ones."""

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from firstspawn.clients.search import open_search
from firstspawn.discovery.schemas import SearchParams, SuggestParams
from firstspawn.discovery.service import DiscoveryService
from firstspawn.kit.cursors import Cursors
from tests.contract.search.conftest import filled
from tests.support.clock import FrozenClock, RepeatableBytes
from tests.support.opensearch import delete_indexes
from tests.support.search_documents import crowd

Pair = tuple[DiscoveryService, DiscoveryService]
NO_CURSOR = {"nextCursor": None}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The same 150 servers in either engine."""
    url = os.environ.get("FIRSTSPAWN_TEST_OPENSEARCH_URL", "")
    if not url:
        pytest.skip("OpenSearch is not up")
    alias, path = f"test-{uuid4().hex[:12]}", tmp_path_factory.mktemp("search") / "search.db"
    engines = open_search(url, alias, timeout=30), open_search(f"sqlite:///{path}")
    one, other = (
        DiscoveryService(
            filled(engine, crowd(150)), Cursors(b"k" * 32),
            clock=FrozenClock(), random=RepeatableBytes(),
        )
        for engine in engines
    )  # fmt: skip
    yield one, other
    for engine in engines:
        engine.close()
    delete_indexes(url, [alias])


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"q": "dragon", "highlight": True, "explain": True, "withFeatured": True},
        {"q": "dragn", "withFeatured": True},
        {"withFeatured": True, "withSpotlight": True},
        {"q": "moon kingdm 1.20"},
        {"q": "sky blo", "explain": True, "limit": 50},
        {"q": "pvp sky block", "explain": True, "limit": 50},
        {"q": "mini games pv", "explain": True, "region": ["EU"]},
        {"q": "friendly community with quests", "gameType": ["HYTALE"]},
        {"q": "a b c d e f g h i j k l m n o p q r s t u v w x y z"},
        {"q": "1.21.x ſtraße \u0301 ... \x00"},
        {"tags": ["pvp"], "version": ["1.20"], "region": [], "online": True, "limit": 100},
        {"version": ["1.21\x00"], "ids": ["\x00", "'"], "tags": ["\ud7ff"]},
        {"ids": ["00000003", "00000004"], "sort": "new"},
        {"minUptime": 90, "minRating": 3.5, "minReviews": 10, "minFavorites": 5},
        {"minPlayers": 5, "maxPlayers": 1},
        {"minSlots": 100, "maxSlots": 2**31 - 1, "sort": "playerCount", "order": "asc"},
        {"createdAfter": "0001-01-01T00:00:00+14:00", "createdBefore": "9999-12-31T23:59:59-14:00"},
        {"launchAfter": "0001-01-01", "sort": "launchDate"},
        {"upcoming": True, "sort": "launchDate"},
        {"upcoming": False, "sort": "launchDate", "order": "desc"},
        {"near": "90,180", "radius": 20040, "sort": "distance"},
        {"near": "0,179.9", "radius": 3000, "sort": "distance"},
        {"near": "-89.9,0", "radius": 4000, "sort": "distance", "order": "desc"},
        {"near": "10,10", "radius": 20000, "sort": "distance", "q": "craft", "limit": 100},
        {"sort": "random", "seed": 2**31 - 1},
        {"sort": "random", "seed": 0, "featured": False, "verified": True},
        {"sort": "trending"},
        {"sort": "score"},
        {"sort": "totalPlaytime", "order": "asc"},
    ],
)
def test_a_page_and_the_next_one_are_the_same(both: Pair, parameters: dict[str, Any]) -> None:
    cursors: tuple[str | None, str | None] = (None, None)
    for _ in range(2):
        one, other = (
            each.search(SearchParams(**parameters, cursor=cursor))
            for each, cursor in zip(both, cursors, strict=True)
        )
        # A cursor holds an engine's own numbers: 5 here is 5.0 there.
        assert one.model_copy(update=NO_CURSOR) == other.model_copy(update=NO_CURSOR)
        assert (one.nextCursor is None) == (other.nextCursor is None)
        cursors = one.nextCursor, other.nextCursor


@pytest.mark.parametrize("text", ["dra", "mo ki", "kingdm", "★", "craft 1", "hevn"])
def test_completions_are_the_same(both: Pair, text: str) -> None:
    one, other = (each.suggest(SuggestParams(q=text)) for each in both)

    assert one == other
