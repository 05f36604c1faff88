"""Filters, facets, sorts, totals and cursors: the same answers from every engine."""

import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from firstspawn.clients.search import orders
from firstspawn.clients.search.geometry import kilometres
from firstspawn.clients.search.interface import (
    DISTANCE,
    RANDOM,
    AllOf,
    AnyOf,
    Aside,
    Between,
    Filter,
    Near,
    SearchEngine,
    SearchQuery,
)
from firstspawn.clients.search.weights import EXPOSURE
from tests.contract.search.conftest import MakeEngine, filled
from tests.support.search_documents import crowd, document

CROWD = [d.fields for d in crowd(120)]
FACETS = ("gameType", "edition", "tags", "region", "languages", "versions")
MIDDLE = int(datetime.fromisoformat("2026-06-15T12:00:00Z").timestamp() * 1000)
PARIS = Near(48.86, 2.35, 6000)


def millis(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)


def away(fields: Any) -> float:
    place = fields["location"]
    return kilometres(PARIS.lat, PARIS.lon, place["lat"], place["lon"])


@pytest.fixture(scope="module")
def crowded(new_engine: MakeEngine) -> SearchEngine:
    """120 listed servers and a hidden one."""
    return filled(new_engine(), [*crowd(120), document("hidden", "Hidden", listed=False)])


def everything(engine: SearchEngine, query: SearchQuery) -> list[dict[str, Any]]:
    """Follow the cursors to the end."""
    hits, after = [], None
    while True:
        page = engine.search(replace(query, size=7, after=after))
        hits += page.hits
        after = page.next_after
        if after is None:
            return hits


@pytest.mark.parametrize(
    ("filters", "keeps"),
    [
        ((AnyOf("gameType", ("HYTALE",)),), lambda f: f["gameType"] == "HYTALE"),
        ((AnyOf("region", ("eu", "na")),), lambda f: f["region"] in ("eu", "na")),
        ((AnyOf("languages", ("ru",)),), lambda f: f["language"] == "ru"),
        ((AnyOf("languages", ("pt", "de")),), lambda f: f["language"] in ("pt-BR", "de")),
        ((AnyOf("languages", ("pt-PT",)),), lambda f: False),
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
        ((AnyOf("edition", ("BEDROCK",)),), lambda f: f["edition"] == "BEDROCK"),
        ((AnyOf("versions", ("1.20.4", "1.8")),), lambda f: {"1.20.4", "1.8"} & set(f["versions"])),
        ((AnyOf("id", ("00000003", "00000007")),), lambda f: f["id"] in ("00000003", "00000007")),
        ((Between("playerCount", 2, 50),), lambda f: 2 <= f["playerCount"] <= 50),
        ((Between("maxPlayers", 50),), lambda f: (f["maxPlayers"] or 0) >= 50),
        ((Between("maxPlayers", None, 100),), lambda f: f["maxPlayers"] in (20, 100)),
        ((Between("uptime", 99.5),), lambda f: (f["uptime"] or 0) >= 99.5),
        ((Between("averageRating", 4.0, 4.5),), lambda f: 4 <= f["averageRating"] <= 4.5),
        (
            (Between("launchDate", low=MIDDLE),),
            lambda f: f["launchDate"] and millis(f["launchDate"]) >= MIDDLE,
        ),
        (
            (Between("launchDate", high=MIDDLE, absent=True),),
            lambda f: not f["launchDate"] or millis(f["launchDate"]) <= MIDDLE,
        ),
        (
            (Between("createdAt", MIDDLE - 10**10, MIDDLE),),
            lambda f: MIDDLE - 10**10 <= millis(f["createdAt"]) <= MIDDLE,
        ),
        ((PARIS,), lambda f: f["location"] and away(f) <= PARIS.kilometres),
        (
            (PARIS, AnyOf("isOnline", (True,)), Between("playerCount", 1)),
            lambda f: (
                f["location"] and away(f) <= PARIS.kilometres and f["isOnline"] and f["playerCount"]
            ),
        ),
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
@pytest.mark.parametrize(
    "sort",
    ["playerCount", "averageRating", "uptime", "createdAt", "launchDate", "trend", "favoriteCount"],
)
def test_every_sort_is_complete_and_stable_across_pages(
    crowded: SearchEngine, sort: str, direction: Any
) -> None:
    # When every page is followed
    found = everything(crowded, SearchQuery(sort=sort, direction=direction))

    # Then nothing is skipped or repeated, and ties are in order of id
    by_id = sorted(CROWD, key=lambda f: f["id"])
    # what has no date is last either way, no number is 0
    nothing: str | int = ("~" if direction == "asc" else "") if sort == "launchDate" else 0
    expected = sorted(by_id, key=lambda f: f[sort] or nothing, reverse=direction == "desc")
    assert [hit["id"] for hit in found] == [f["id"] for f in expected]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_random_order_is_complete_and_belongs_to_its_seed(
    crowded: SearchEngine, seed: int
) -> None:
    found = everything(crowded, SearchQuery(sort=RANDOM, seed=seed))

    places = {f["id"]: zlib.crc32(f["id"].encode()) >> 1 for f in CROWD}
    by_place = sorted(places, key=lambda one: -(places[one] * orders.factor(seed) & orders.MASK))
    assert [hit["id"] for hit in found] == by_place


def test_two_seeds_shuffle_differently(crowded: SearchEngine) -> None:
    one, other = (
        [hit["id"] for hit in crowded.search(SearchQuery(sort=RANDOM, seed=seed, size=100)).hits]
        for seed in (1, 2)
    )

    assert sum(a == b for a, b in zip(one, other, strict=True)) < 10


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_distances_order_what_is_near(crowded: SearchEngine, direction: Any) -> None:
    query = SearchQuery(filters=(PARIS,), sort=DISTANCE, direction=direction)

    found = everything(crowded, query)
    distances = [away(hit) for hit in found]

    assert len(found) > 5
    assert distances == sorted(distances, reverse=direction == "desc")


def test_the_group_of_the_day_is_lifted_and_no_other(crowded: SearchEngine) -> None:
    found = everything(crowded, SearchQuery(exposed=3))

    def points(fields: Any) -> int:
        return int(fields["rankScore"] + EXPOSURE * (fields["exposureGroup"] == 3))

    assert [(-points(h), h["id"]) for h in found] == sorted((-points(f), f["id"]) for f in CROWD)
    assert any(hit["exposureGroup"] == 3 for hit in found)


@pytest.mark.parametrize("text", [None, "craft"])
def test_a_short_list_aside_obeys_the_search_and_changes_nothing_of_it(
    crowded: SearchEngine, text: str | None
) -> None:
    # Given a search with a filter on a facet and one on something else
    filters = (AnyOf("gameType", ("MINECRAFT",)), AnyOf("isOnline", (True,)))
    query = SearchQuery(text=text, filters=filters, facets=("gameType",), size=5)
    wanted = AnyOf("tags", ("pvp",))

    # When a short list is asked for beside it
    answer = crowded.search(replace(query, asides=(Aside("aside", wanted, 3, seed=9),)))

    # Then it is what the search with that filter gives, and the rest is as without it
    alone = replace(query, filters=(*filters, wanted), sort=RANDOM, seed=9, size=3)
    aside = answer.asides["aside"]
    assert [hit["id"] for hit in aside] == [hit["id"] for hit in crowded.search(alone).hits]
    assert 0 < len(aside) <= 3
    assert replace(answer, asides={}) == crowded.search(query)


def test_a_list_is_not_counted_when_nobody_asks(crowded: SearchEngine) -> None:
    page = crowded.search(SearchQuery(size=3, counted=False))

    assert (len(page.hits), page.total) == (3, 0)


def test_values_are_what_hits_are_ordered_by(crowded: SearchEngine) -> None:
    page = crowded.search(SearchQuery(sort="playerCount", size=30))

    assert list(page.values) == [hit["playerCount"] for hit in page.hits]


def test_the_description_comes_when_it_is_asked_for(crowded: SearchEngine) -> None:
    [hit] = crowded.search(SearchQuery(filters=(AnyOf("id", ("00000003",)),), whole=True)).hits

    assert hit == dict(CROWD[3])


@pytest.mark.parametrize("sort", ["relevance", "playerCount", RANDOM, DISTANCE])
def test_cursors_neither_skip_nor_repeat_while_others_come_change_and_go(
    new_engine: MakeEngine, sort: str
) -> None:
    # Given pages being followed
    engine = filled(new_engine(), crowd(60))
    near = (Near(0, 0, 20_040),)
    query = SearchQuery(sort=sort, filters=near, size=5, seed=4)
    still = {d.id for d in crowd(60) if d.fields["location"] and int(d.id) % 3 == 0}
    seen: list[str] = []

    # When between any two of them others are added, changed, moved in the order and deleted
    for number in range(100):
        page = engine.search(query)
        seen += [hit["id"] for hit in page.hits]
        if page.next_after is None:
            break
        query = replace(query, after=page.next_after)
        for other in (d for d in crowd(60) if int(d.id) % 3 and int(d.id) % 20 == number):
            change: dict[str, Any] = {"playerCount": number * 37 % 900, "rankScore": number % 40}
            change |= {"listed": int(other.id) % 3 == 1, "location": {"lat": 1, "lon": number}}
            engine.write([document(other.id, "Changed", revision=2 + number, **change)])
        fresh = document(
            f"new-{number}", "New", rankScore=number % 40, location={"lat": 2, "lon": 3}
        )
        engine.write([fresh])
        engine.refresh()

    # Then those that stayed as they were came exactly once
    assert Counter(one for one in seen if one in still) == dict.fromkeys(still, 1)


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
    assert result.facets["languages"] == Counter(one for f in both for one in f["languages"])
    assert result.facets["edition"] == Counter(f["edition"] for f in both)
    assert result.facets["versions"] == Counter(one for f in both for one in f["versions"])
    assert result.facets["tags"] == Counter(tag for f in both for tag in f["tags"])
    assert result.total == len(both)


def test_facets_of_lists_ignore_their_own_filter_and_obey_each_other(
    crowded: SearchEngine,
) -> None:
    filters = (AnyOf("versions", ("1.21",)), AllOf("tags", ("pvp",)))
    result = crowded.search(SearchQuery(filters=filters, facets=("tags", "versions")))

    modern = [f for f in CROWD if "1.21" in f["versions"]]
    fights = [f for f in CROWD if "pvp" in f["tags"]]
    assert result.facets["tags"] == Counter(tag for f in modern for tag in f["tags"])
    assert result.facets["versions"] == Counter(one for f in fights for one in f["versions"])
    assert result.total == len([f for f in modern if f in fights])


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
