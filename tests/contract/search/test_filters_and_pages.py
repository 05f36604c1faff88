"""Filters, facets, sorts, totals and cursors: the same answers from every engine."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from firstspawn.clients.search.interface import AllOf, AnyOf, Filter, SearchEngine, SearchQuery
from tests.contract.search.conftest import MakeEngine, filled
from tests.support.search_documents import crowd, document

CROWD = [d.fields for d in crowd(120)]
FACETS = ("gameType", "tags", "region", "language")


@pytest.fixture(scope="module")
def crowded(new_engine: MakeEngine) -> SearchEngine:
    """120 listed servers and a hidden one."""
    return filled(new_engine(), [*crowd(120), document("hidden", "Hidden", listed=False)])


def everything(engine: SearchEngine, query: SearchQuery) -> list[dict[str, Any]]:
    """Follow the cursors to the end."""
    hits, after = [], None
    while True:
        page = engine.search(
            SearchQuery(query.text, query.filters, query.sort, query.direction, size=7, after=after)
        )
        hits += page.hits
        after = page.next_after
        if after is None:
            return hits


@pytest.mark.parametrize(
    ("filters", "keeps"),
    [
        ((AnyOf("gameType", ("HYTALE",)),), lambda f: f["gameType"] == "HYTALE"),
        ((AnyOf("region", ("eu", "na")),), lambda f: f["region"] in ("eu", "na")),
        ((AnyOf("language", ("ru",)),), lambda f: f["language"] == "ru"),
        ((AnyOf("isOnline", (False,)),), lambda f: not f["isOnline"]),
        ((AnyOf("isVerified", (True,)),), lambda f: f["isVerified"]),
        ((AllOf("tags", ("pvp", "economy")),), lambda f: {"pvp", "economy"} <= set(f["tags"])),
        ((AllOf("tags", ("pvp", "pvp")),), lambda f: "pvp" in f["tags"]),
        ((AnyOf("tags", ("pvp", "economy")),), lambda f: {"pvp", "economy"} & set(f["tags"])),
        (
            (AnyOf("gameType", ("MINECRAFT",)), AllOf("tags", ("pvp",)), AnyOf("region", ("eu",))),
            lambda f: f["gameType"] == "MINECRAFT" and "pvp" in f["tags"] and f["region"] == "eu",
        ),
        ((AnyOf("region", ("nowhere",)),), lambda f: False),
    ],
)
def test_filters_keep_exactly_what_they_say(
    crowded: SearchEngine, filters: tuple[Filter, ...], keeps: Callable[[dict[str, Any]], Any]
) -> None:
    expected = {f["id"] for f in CROWD if keeps(dict(f))}

    found = everything(crowded, SearchQuery(filters=filters))
    total = crowded.search(SearchQuery(filters=filters, size=1)).total

    assert {hit["id"] for hit in found} == expected
    assert len(found) == total == len(expected)


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["playerCount", "averageRating", "uptime", "createdAt"])
def test_every_sort_is_complete_and_stable_across_pages(
    crowded: SearchEngine, sort: str, direction: Any
) -> None:
    # When every page is followed
    found = everything(crowded, SearchQuery(sort=sort, direction=direction))

    # Then nothing is skipped or repeated, and ties are in order of id
    by_id = sorted(CROWD, key=lambda f: f["id"])
    expected = sorted(by_id, key=lambda f: f[sort], reverse=direction == "desc")
    assert [hit["id"] for hit in found] == [f["id"] for f in expected]


def test_without_a_text_relevance_is_the_rank(crowded: SearchEngine) -> None:
    found = everything(crowded, SearchQuery())

    assert [(-h["rankScore"], h["id"]) for h in found] == sorted(
        (-f["rankScore"], f["id"]) for f in CROWD
    )


def test_cursors_hold_while_documents_are_added(new_engine: MakeEngine) -> None:
    # Given a first page
    engine = filled(new_engine(), crowd(30))
    first = engine.search(SearchQuery(sort="createdAt", size=10))

    # When servers are added that sort before it
    newer = [document(f"new-{n}", "New", createdAt="2027-01-01T00:00:00.000Z") for n in range(5)]
    assert engine.write(newer) == []
    engine.refresh()
    second = engine.search(SearchQuery(sort="createdAt", size=30, after=first.next_after))

    # Then the following pages show what they would have shown
    seen = [hit["id"] for hit in (*first.hits, *second.hits)]
    assert sorted(seen) == [f"{n:08d}" for n in range(30)]
    assert second.next_after is None


def test_the_last_full_page_has_no_next(crowded: SearchEngine) -> None:
    page = crowded.search(SearchQuery(size=100))
    last = crowded.search(SearchQuery(size=20, after=page.next_after))

    assert len(last.hits) == 20
    assert last.next_after is None


def test_facets_count_what_their_own_filter_removes(crowded: SearchEngine) -> None:
    # When one game type and one region are chosen
    filters = (AnyOf("gameType", ("HYTALE",)), AnyOf("region", ("eu",)))
    result = crowded.search(SearchQuery(filters=filters, facets=FACETS))

    # Then each facet obeys the other filter only
    hytale = [f for f in CROWD if f["gameType"] == "HYTALE"]
    european = [f for f in CROWD if f["region"] == "eu"]
    both = [f for f in hytale if f["region"] == "eu"]
    assert result.facets["gameType"] == Counter(f["gameType"] for f in european)
    assert result.facets["region"] == Counter(f["region"] for f in hytale)
    assert result.facets["language"] == Counter(f["language"] for f in both)
    assert result.facets["tags"] == Counter(tag for f in both for tag in f["tags"])
    assert result.total == len(both)


def test_facets_come_most_frequent_first_then_by_name(crowded: SearchEngine) -> None:
    counts = crowded.search(SearchQuery(facets=("tags",))).facets["tags"]

    assert list(counts.items()) == sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def test_facets_belong_to_the_text(crowded: SearchEngine) -> None:
    result = crowded.search(SearchQuery(text="dragon", facets=("gameType",), size=100))

    assert result.facets["gameType"] == Counter(hit["gameType"] for hit in result.hits)
    assert sum(result.facets["gameType"].values()) == result.total > 0


def test_hidden_documents_are_in_no_answer(crowded: SearchEngine) -> None:
    assert crowded.search(SearchQuery(text="hidden")).total == 0
    assert crowded.search(SearchQuery(size=1)).total == len(CROWD)


def test_a_hit_carries_every_field_but_the_long_description(crowded: SearchEngine) -> None:
    [hit] = crowded.search(SearchQuery(text=CROWD[3]["slug"], size=1)).hits

    assert hit == {name: value for name, value in CROWD[3].items() if name != "description"}
