"""A table restored from a backup: the index knows newer states, and takes nothing older."""

import pytest

from firstspawn.clients.search.embedded import EmbeddedEngine
from firstspawn.clients.search.interface import SearchQuery
from firstspawn.discovery import rebuilding
from firstspawn.discovery.documents import document
from firstspawn.discovery.drift import DriftService
from firstspawn.discovery.indexing import IndexingService
from firstspawn.discovery.rebuilding import RebuildService
from tests.support.clock import FrozenClock
from tests.support.stored_servers import FakeServer, FakeTable

NOW = FrozenClock()()


@pytest.fixture
def table(engine: EmbeddedEngine) -> FakeTable:
    """Three servers as they were; since then one was edited, and one was deleted."""
    later = FakeTable()
    later.put(FakeServer("00a", 9, {"name": "Edited since"}))
    later.put(FakeServer("00b", 9, {"deletedAt": NOW}))
    later.put(FakeServer("00c"))
    assert IndexingService(engine, later, FrozenClock()).index(later.servers) == []
    restored = FakeTable()
    for name in ("00a", "00b", "00c"):
        restored.put(FakeServer(name))
    return restored


def names(engine: EmbeddedEngine) -> set[str]:
    return {hit["name"] for hit in engine.search(SearchQuery(size=100)).hits}


def test_drift_tells_what_is_ahead_and_does_not_claim_to_have_mended_it(
    engine: EmbeddedEngine, table: FakeTable
) -> None:
    report = DriftService(engine, table, FrozenClock(), lambda: None).compare(repair=True)

    assert (report.ahead, report.behind, report.missing, report.stray, report.repaired) == (
        ["00a", "00b"], [], [], [], 0,
    )  # fmt: skip
    assert names(engine) == {"Edited since", "Server 00c"}


@pytest.mark.parametrize("most", [1000, 1])
def test_a_reindex_tells_what_was_ahead_and_mends_it(
    engine: EmbeddedEngine, table: FakeTable, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(rebuilding, "_MOST_SUSPECTS", most)

    report = RebuildService(engine, table, FrozenClock()).run()

    assert (report.ahead, report.drift) == (2, 2)
    assert names(engine) == {"Server 00a", "Server 00b", "Server 00c"}
    assert DriftService(engine, table, FrozenClock(), lambda: None).compare().ahead == []


def test_what_the_stream_brings_meanwhile_is_not_ahead(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given an index like its table, and a server that changes behind each read of the table
    table = FakeTable()
    table.put(FakeServer("00a"))
    indexing = IndexingService(engine, table, FrozenClock())
    indexing.index(["00a"])
    revisions = iter(range(10, 90))
    read, revisions_of = table.read_parts, engine.revisions_of

    def change(ids: list[str]) -> dict[str, int]:
        table.put(FakeServer("00a", next(revisions)))
        engine.write([document(table.servers["00a"], NOW)])
        return revisions_of(ids)

    monkeypatch.setattr(engine, "revisions_of", change)
    report = DriftService(engine, table, FrozenClock(), lambda: None).compare()
    monkeypatch.undo()

    # Then the comparison says nothing
    assert (report.ahead, report.behind) == ([], [])
    assert read(["00a"])["00a"].revision == 11

    # Nor does a reindex that lists the old index after the new one
    pages = engine.revisions

    def later(after: str = "", size: int = 10_000) -> list[tuple[str, int]]:
        table.put(FakeServer("00a", next(revisions)))
        engine.write([document(table.servers["00a"], NOW)])
        return pages(after, size)

    monkeypatch.setattr(engine, "revisions", later)
    assert RebuildService(engine, table, FrozenClock()).run().ahead == 0
