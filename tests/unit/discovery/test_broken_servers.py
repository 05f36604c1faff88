"""Servers that can never be indexed stop nothing: they are left out, told, and told apart."""

from typing import Any

import pytest

from firstspawn.clients.search.embedded import EmbeddedEngine
from firstspawn.clients.search.interface import SearchQuery
from firstspawn.discovery.drift import DriftService
from firstspawn.discovery.errors import ReindexFailed
from firstspawn.discovery.indexing import IndexingService
from firstspawn.discovery.rebuilding import RebuildService
from firstspawn.discovery.schemas import RebuildMessage
from tests.support.clock import FrozenClock
from tests.support.stored_servers import FakeServer, FakeTable

NAMES = ["00a", "00b", "00c", "00d", "00e"]
# What no projection reads, and what no index takes.
BROKEN: list[dict[str, Any]] = [{"uptime": "lots"}, {"tags": None}, {"playerCount": 2**40}]


@pytest.fixture
def table(engine: EmbeddedEngine) -> FakeTable:
    """Five servers, all of them in the index, whose counters need no notes."""
    filled = FakeTable()
    for name in NAMES:
        filled.put(FakeServer(name, counters={"favorites": 0}))
    assert IndexingService(engine, filled, FrozenClock()).index(NAMES) == []
    return filled


def found(engine: EmbeddedEngine) -> set[str]:
    return {hit["id"] for hit in engine.search(SearchQuery(size=100)).hits}


@pytest.mark.parametrize("values", BROKEN)
def test_a_reindex_leaves_out_what_cannot_be_indexed_and_goes_on(
    engine: EmbeddedEngine,
    table: FakeTable,
    caplog: pytest.LogCaptureFixture,
    values: dict[str, Any],
) -> None:
    # Given a server that broke after it was indexed
    table.put(FakeServer("00c", 4, values))

    # When the nights pass
    reports = [RebuildService(engine, table, FrozenClock()).run() for _ in range(2)]

    # Then all others are found, it is named each night, and it is no drift
    assert found(engine) == set(NAMES) - {"00c"}
    assert [(one.documents, one.refused, one.drift) for one in reports] == [(4, ["00c"], 0)] * 2
    errors = [line for line in caplog.messages if "00c cannot be indexed" in line]
    assert len(errors) == 2

    # And once it is mended, the next night brings it back, and says that it was missing
    table.put(FakeServer("00c", 5))
    report = RebuildService(engine, table, FrozenClock()).run()
    assert (report.refused, report.missing, report.drift) == ([], 1, 1)
    assert found(engine) == set(NAMES)


def test_what_is_mended_behind_the_walk_does_not_spoil_the_verification(
    engine: EmbeddedEngine, table: FakeTable
) -> None:
    # Given a walk that has met a broken server
    table.put(FakeServer("00a", 4, {"uptime": "lots"}))
    rebuilds = RebuildService(engine, table, FrozenClock())
    begun = rebuilds.step(RebuildMessage(), lambda: 0)
    assert isinstance(begun, RebuildMessage)
    filled = rebuilds.step(begun, lambda: 300)
    assert isinstance(filled, RebuildMessage)

    # When it is mended, and the stream writes it into both indexes
    table.put(FakeServer("00a", 5))
    assert IndexingService(engine, table, FrozenClock()).index(["00a"]) == []

    # Then the new index takes its place with it
    rebuilds.step(filled, lambda: 300)
    assert rebuilds.step(filled, lambda: 300) is None
    assert found(engine) == set(NAMES)


def test_a_mistake_that_breaks_many_servers_does_not_empty_the_index(
    engine: EmbeddedEngine, table: FakeTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuilds = RebuildService(engine, table, FrozenClock())
    for name in ("00c", "00d"):
        table.put(FakeServer(name, 4, {"uptime": "lots"}))

    # When more than a tenth of all servers cannot be indexed, or more than fit into a message
    with pytest.raises(ReindexFailed, match="2 servers cannot be indexed, 3 can"):
        rebuilds.run()
    monkeypatch.setattr("firstspawn.discovery.rebuilding._MOST_REFUSED", 1)
    with pytest.raises(ReindexFailed, match="too many"):
        rebuilds.run()

    # Then the old index goes on
    assert found(engine) == set(NAMES)


@pytest.mark.parametrize("values", BROKEN)
def test_drift_is_told_and_mended_beside_what_cannot_be_indexed(
    engine: EmbeddedEngine, table: FakeTable, values: dict[str, Any]
) -> None:
    # Given a broken server that the index knows, another one that it lacks, and a stray
    table.put(FakeServer("00c", 4, values))
    table.put(FakeServer("00f"))
    table.servers.pop("00e")
    drift = DriftService(engine, table, FrozenClock(), lambda: None)

    told = drift.compare(repair=True)
    again = drift.compare(repair=True)

    # Then what can be mended is, and the broken one is no stray
    assert (told.checked, told.refused, told.missing, told.stray, told.repaired) == (
        5, ["00c"], ["00f"], ["00e"], 2,
    )  # fmt: skip
    assert (again.refused, again.missing, again.stray, again.repaired) == (["00c"], [], [], 0)
    assert found(engine) == {"00a", "00b", "00c", "00d", "00f"}
