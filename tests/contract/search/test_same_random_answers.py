"""Both engines at once: the same answers to searches that nobody thought of."""

import os
import random
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any
from uuid import uuid4

import pytest

from firstspawn.clients.search import open_search
from firstspawn.clients.search.interface import (
    DISTANCE,
    RANDOM,
    RELEVANCE,
    AllOf,
    AnyOf,
    Aside,
    Between,
    Document,
    Filter,
    Near,
    SearchEngine,
    SearchQuery,
    SearchResult,
)
from firstspawn.discovery.queries import FACETS
from tests.contract.search.conftest import filled
from tests.support.opensearch import delete_indexes
from tests.support.search_documents import crowd

Pair = tuple[SearchEngine, SearchEngine]
WORDS = (
    "sky block moon haven dragon eve economy pvp survival friendly quest craft 12 mini games"
    " 1.20 hytale java server royal kingdom"
)
ASIDES = (
    Aside("featured", AnyOf("isFeatured", (True,)), 3, seed=9),
    Aside("spotlight", AnyOf("exposureGroup", (3,)), 3, seed=7),
)


def _document(one: Document) -> Document:
    """Every 17th server of the crowd is hidden."""
    return replace(one, fields={**one.fields, "listed": int(one.id) % 17 > 0})


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The same 500 servers in either engine."""
    url = os.environ.get("FIRSTSPAWN_TEST_OPENSEARCH_URL", "")
    if not url:
        pytest.skip("OpenSearch is not up")
    alias, path = f"test-{uuid4().hex[:12]}", tmp_path_factory.mktemp("search") / "search.db"
    documents = [_document(one) for one in crowd(500)]
    one = filled(open_search(f"sqlite:///{path}"), documents)
    other = filled(open_search(url, alias, timeout=30), documents)
    yield one, other
    one.close()
    other.close()
    delete_indexes(url, [alias])


def _text(dice: random.Random) -> str | None:
    words = [dice.choice(WORDS.split()) for _ in range(dice.randint(0, 3))]
    text = " ".join(words)
    unfinished = len(text) > 1 and dice.random() < 0.4
    return (text[:-1] if unfinished else text) or None


def _filters(dice: random.Random) -> list[Filter]:
    choices: list[Filter] = [
        AnyOf("gameType", (dice.choice(("MINECRAFT", "HYTALE")),)),
        AnyOf("edition", ("JAVA",)),
        AnyOf("region", tuple(dice.sample(("eu", "na", "sa"), dice.randint(1, 2)))),
        AllOf("tags", tuple(dice.sample(("pvp", "economy", "survival"), dice.randint(1, 2)))),
        AnyOf("tags", ("pvp", "vanilla")),
        AnyOf("versions", ("1.20",)),
        AnyOf("isOnline", (dice.random() < 0.8,)),
        AnyOf("id", tuple(f"{dice.randrange(500):08d}" for _ in range(50))),
        Between("playerCount", dice.choice((0, 1, 10, 100))),
        Between("launchDate", high=1_780_000_000_000, absent=True),
        Near(48, 2, dice.choice((300, 3000, 9000))),
    ]
    return dice.sample(choices, dice.randint(0, 3))


def _query(dice: random.Random) -> SearchQuery:
    text, filters = _text(dice), _filters(dice)
    orders = [RELEVANCE, RELEVANCE, RANDOM, "playerCount", "trend"]
    orders += [DISTANCE] * any(isinstance(one, Near) for one in filters)
    facets = dice.choice((tuple(FACETS.values()), ("tags",), ()))
    return SearchQuery(
        text=text,
        filters=tuple(filters),
        sort=dice.choice(orders),
        direction=dice.choice(("asc", "desc")),
        facets=facets,
        approximate=text is not None and dice.random() < 0.3,
        seed=dice.randrange(100),
        exposed=dice.choice((None, 3)),
        asides=dice.choice(((), ASIDES)),
        counted=bool(facets) or dice.random() < 0.5,
    )


def plain(result: SearchResult) -> dict[str, Any]:
    """What has to be the very same: not the last digits of a distance, and so of a cursor."""
    shown = asdict(replace(result, values=(), next_after=None))
    return shown | {"facets": {name: list(f.items()) for name, f in result.facets.items()}}


@pytest.mark.parametrize("seed", range(4))
def test_random_searches_have_the_same_answers(both: Pair, seed: int) -> None:
    # Given searches with any text, filters, facets and order
    dice, hits = random.Random(seed), 0
    for _ in range(60):
        query = _query(dice)

        # When both engines answer two pages
        for _ in range(2):
            one, other = (engine.search(query) for engine in both)
            hits += len(one.hits)

            # Then everything is the same, the order of the facets' values too
            assert plain(one) == plain(other), query
            assert one.values == pytest.approx(other.values)
            assert (one.next_after is None) == (other.next_after is None), query
            if one.next_after is None or query.sort == DISTANCE:
                break
            query = replace(query, after=one.next_after)
    assert hits > 500
