"""From the table to the index: re-read, projected, the newest kept."""

from typing import Any

import pytest

from firstspawn.clients.search.embedded import EmbeddedEngine
from firstspawn.clients.search.interface import SearchQuery
from firstspawn.discovery.documents import LAST_REVISION, document
from firstspawn.discovery.indexing import IndexingService
from tests.support.clock import FrozenClock
from tests.support.stored_servers import FakeServer, FakeTable

NOW = FrozenClock()()


@pytest.fixture
def table() -> FakeTable:
    return FakeTable()


@pytest.fixture
def indexing(engine: EmbeddedEngine, table: FakeTable) -> IndexingService:
    return IndexingService(engine, table, FrozenClock())


def listed(engine: EmbeddedEngine) -> dict[str, dict[str, Any]]:
    return {hit["id"]: hit for hit in engine.search(SearchQuery(size=100)).hits}


RANK = {
    "playtime": 0, "players": 0, "reviews": 0, "reviewers": 0, "uptime": 4, "freshness": 1,
    "online": 3, "claimedPlayers": 0, "favorites": 0,
}  # fmt: skip


def test_a_server_is_projected_to_the_fields_of_the_index() -> None:
    made = document(FakeServer("a", 7, {"description": "Long", "motd": "not for the index"}), NOW)

    assert made.revision == 7
    assert made.fields == {
        "id": "a", "slug": "a", "name": "Server a", "shortDescription": None,
        "description": "Long", "gameType": "MINECRAFT", "edition": "JAVA", "tags": ["pvp"],
        "region": None, "language": None, "languages": [],
        "version": "1.21", "versions": ["1.21"], "listed": True,
        "isOnline": True, "isVerified": False, "isFeatured": False, "playerCount": 12,
        "maxPlayers": 100, "uptime": 99.5, "averageRating": 4.5, "score": 3.43, "reviewCount": 2,
        "verifiedReviewCount": 0, "favoriteCount": 1, "totalPlaytime": 0,
        "createdAt": "2026-11-01T12:00:00.000Z", "launchDate": None,
        "checkedAt": "2026-11-01T12:00:00.000Z", "location": {"lat": 50.0, "lon": 8.5},
        "iconUrl": None, "bannerUrl": None, "logoUrl": None, "rankScore": sum(RANK.values()),
        "rankParts": RANK, "trend": 5, "exposureGroup": made.fields["exposureGroup"],
    }  # fmt: skip


def test_only_playtime_of_the_last_week_vouches_for_claimed_players() -> None:
    def claimed(verified: bool, minutes: int, past: list[list[int]]) -> int:
        counters = {"playtimeMinutes": minutes, "past": past}
        server = FakeServer("a", 7, {"isVerified": verified, "playerCount": 5000}, counters)
        return int(document(server, NOW).fields["rankParts"]["claimedPlayers"])

    today = NOW.toordinal()
    assert claimed(True, 0, []) == 1
    assert claimed(True, 6000, [[today - 8, 6000, 0, 0]]) == 1
    assert claimed(False, 6000, [[today - 8, 5000, 0, 0]]) == 3
    assert claimed(False, 60, []) == 3


def test_an_unknown_uptime_is_shown_as_none_and_proves_nothing() -> None:
    fields = document(FakeServer("a", 7, {"uptime": None}), NOW).fields

    assert (fields["uptime"], fields["rankParts"]["uptime"]) == (None, 0)


def test_a_deleted_server_leaves_a_tombstone_and_nothing_of_itself() -> None:
    made = document(FakeServer("a", 7, {"deletedAt": "2026-11-02T00:00:00.000Z"}), NOW)

    assert made.revision == LAST_REVISION
    assert made.fields == {
        "id": "a", "listed": False, "name": "", "slug": "", "gameType": "", "tags": [],
    }  # fmt: skip


def test_each_server_is_read_once_and_together(
    indexing: IndexingService, engine: EmbeddedEngine, table: FakeTable
) -> None:
    table.put(FakeServer("a"))
    table.put(FakeServer("b"))

    assert indexing.index(["a", "b", "a"]) == []

    assert table.reads == [["a", "b"]]
    assert set(listed(engine)) == {"a", "b"}


def test_nothing_to_index_reads_nothing(indexing: IndexingService, table: FakeTable) -> None:
    assert indexing.index([]) == []
    assert table.reads == []


def test_what_is_stored_wins_over_the_order_of_messages(
    indexing: IndexingService, engine: EmbeddedEngine, table: FakeTable
) -> None:
    # Given an index that is ahead of a slow indexer
    table.put(FakeServer("a", 9, {"name": "Newest"}))
    indexing.index(["a"])

    # When the slow one writes what it read before
    table.put(FakeServer("a", 8, {"name": "Older"}))
    assert indexing.index(["a"]) == []

    assert listed(engine)["a"]["name"] == "Newest"


def test_a_version_is_found_by_its_number_and_is_no_place_for_tags(
    indexing: IndexingService, engine: EmbeddedEngine, table: FakeTable
) -> None:
    table.put(FakeServer("a", 3, {"version": "Paper 1.20.4"}))
    table.put(FakeServer("b", 3, {"version": "skyblock bedwars hypixel pvp"}))
    indexing.index(["a", "b"])

    found = {text: engine.search(SearchQuery(text=text)).total for text in ("1.20", "skyblock")}
    facets = engine.search(SearchQuery(facets=("versions",))).facets

    assert found == {"1.20": 1, "skyblock": 0}
    assert facets == {"versions": {"1.20": 1, "1.20.4": 1}}


def test_inactive_servers_are_hidden_and_come_back(
    indexing: IndexingService, engine: EmbeddedEngine, table: FakeTable
) -> None:
    for revision, active in ((3, True), (4, False), (5, True)):
        table.put(FakeServer("a", revision, {"isActive": active}))
        indexing.index(["a"])

        assert ("a" in listed(engine)) is active


@pytest.mark.parametrize("gone", ["deleted", "absent"])
def test_deletes_stay_deleted(
    indexing: IndexingService, engine: EmbeddedEngine, table: FakeTable, gone: str
) -> None:
    # Given a listed server that was deleted, even if what is left counts fewer versions
    table.put(FakeServer("a", 40))
    indexing.index(["a"])
    if gone == "deleted":
        table.put(FakeServer("a", 12, {"deletedAt": "2026-11-02T00:00:00.000Z"}))
    else:
        table.servers.clear()
    indexing.index(["a"])

    # When an indexer that read it before writes late
    table.put(FakeServer("a", 41))
    assert indexing.index(["a"]) == []

    assert listed(engine) == {}
