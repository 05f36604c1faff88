"""A real OpenSearch that stops during writes and during a reindex, and records in any order."""

import copy
import os
import random
from collections.abc import Iterator
from uuid import uuid4

import pytest
from opensearchpy import OpenSearch

from firstspawn.clients.search import mapping
from firstspawn.clients.search.interface import EngineUnavailableError, SearchQuery
from firstspawn.clients.search.opensearch import OpenSearchEngine
from firstspawn.discovery.indexing import IndexingService
from firstspawn.discovery.rebuilding import RebuildService
from firstspawn.discovery.schemas import RebuildMessage, RebuildReport
from tests.contract.search.conftest import MakeEngine
from tests.support.clock import FrozenClock
from tests.support.opensearch import delete_indexes
from tests.support.outages import Wire
from tests.support.search_documents import document
from tests.support.stored_servers import FakeServer, FakeTable


@pytest.fixture
def wire() -> Iterator[Wire]:
    url = os.environ.get("FIRSTSPAWN_TEST_OPENSEARCH_URL", "")
    if not url:
        pytest.skip("OpenSearch is not up")
    made = Wire(url)
    yield made
    made.close()


@pytest.fixture
def engine(wire: Wire) -> Iterator[OpenSearchEngine]:
    alias = f"test-{uuid4().hex[:12]}"
    made = OpenSearchEngine(wire.url, alias, timeout=10)
    made.prepare()
    yield made
    made.close()
    delete_indexes(os.environ["FIRSTSPAWN_TEST_OPENSEARCH_URL"], [alias])


@pytest.fixture
def table() -> FakeTable:
    filled = FakeTable()
    for number in range(12):
        filled.put(FakeServer(f"00s{number:02d}"))
    return filled


@pytest.fixture
def older(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenSearchEngine]:
    """An index as a version made it that knew nothing of ranks by day."""
    body = copy.deepcopy(mapping.index_body())
    del body["mappings"]["properties"]["rankOn"]
    body["mappings"]["_meta"] = {"fingerprint": "older"}
    alias = f"test-{uuid4().hex[:12]}"
    made = OpenSearchEngine(wire.url, alias, timeout=10)
    with monkeypatch.context() as then:
        then.setattr(mapping, "index_body", lambda: body)
        made.prepare()
    yield made
    made.close()
    delete_indexes(os.environ["FIRSTSPAWN_TEST_OPENSEARCH_URL"], [alias])


def found(engine: OpenSearchEngine) -> dict[str, str]:
    engine.refresh()
    return {hit["id"]: hit["name"] for hit in engine.search(SearchQuery(size=100)).hits}


def test_nothing_is_lost_while_opensearch_is_stopped(
    wire: Wire, engine: OpenSearchEngine, table: FakeTable
) -> None:
    # Given an index that follows the table, and an OpenSearch that stops
    indexing = IndexingService(engine, table, FrozenClock())
    assert indexing.index(table.servers) == []
    wire.cut()

    # When servers change, are deleted and come meanwhile
    table.put(FakeServer("00s01", 9, {"name": "Renamed"}))
    table.put(FakeServer("00s02", 9, {"deletedAt": "2026-11-24T00:00:00.000Z"}))
    table.put(FakeServer("s99"))
    waiting = [indexing.index([one]) for one in ("00s01", "00s02", "s99")]

    # Then every change is told to come again, searches say so, and when it is back all is there
    assert [(one[0].id, one[0].retryable) for one in waiting] == [
        ("00s01", True), ("00s02", True), ("s99", True),
    ]  # fmt: skip
    with pytest.raises(EngineUnavailableError):
        engine.search(SearchQuery())
    wire.mend()
    assert indexing.index(one[0].id for one in waiting) == []
    names = found(engine)
    assert (names["00s01"], names["s99"], "00s02" in names, len(names)) == (
        "Renamed", "Server s99", False, 12,
    )  # fmt: skip


@pytest.mark.parametrize("block", ["write", "read_only", "read_only_allow_delete", "read"])
def test_nothing_is_lost_while_an_index_is_blocked(
    engine: OpenSearchEngine, table: FakeTable, block: str
) -> None:
    # Given an index that is blocked, as it is when a disk is full or somebody made it read-only
    indexing = IndexingService(engine, table, FrozenClock())
    assert indexing.index(table.servers) == []
    blocked = next(iter(engine._client.indices.get_alias(name=engine._alias)))
    with OpenSearch(os.environ["FIRSTSPAWN_TEST_OPENSEARCH_URL"]) as direct:
        setting = f"index.blocks.{block}"
        direct.indices.put_settings(index=blocked, body={setting: True})

        # When a server changes and another one comes meanwhile
        table.put(FakeServer("00s01", 9, {"name": "Renamed"}))
        table.put(FakeServer("s99"))
        waiting = indexing.index(["00s01", "s99"])
        if block == "read":
            with pytest.raises(EngineUnavailableError):
                engine.search(SearchQuery())
        direct.indices.put_settings(index=blocked, body={setting: None})

    # Then they come again, and are there once it is lifted
    assert all(one.retryable for one in waiting)
    assert len(waiting) == (0 if block == "read" else 2)
    assert indexing.index(["00s01", "s99"]) == []
    names = found(engine)
    assert (names["00s01"], names["s99"], len(names)) == ("Renamed", "Server s99", 13)


@pytest.mark.parametrize("blocked", ["live", "building"])
def test_what_one_index_refuses_waits_for_the_other_one_and_no_longer(
    engine: OpenSearchEngine, blocked: str
) -> None:
    # Given a rebuild, one of both indexes blocked, and a document that neither takes
    building = engine.rebuild().name
    live = next(iter(engine._client.indices.get_alias(name=engine._alias)))
    index = {"live": live, "building": building}[blocked]
    poison, good = document("a", "A", playerCount="many"), document("b", "B")
    with OpenSearch(os.environ["FIRSTSPAWN_TEST_OPENSEARCH_URL"]) as direct:
        direct.indices.put_settings(index=index, body={"index.blocks.write": True})
        waiting = engine.write([poison, good])
        direct.indices.put_settings(index=index, body={"index.blocks.write": None})

    # Then both come again, and once the block is lifted only the good one is taken
    assert [(one.id, one.retryable) for one in waiting] == [("a", True), ("b", True)]
    assert [(one.id, one.retryable) for one in engine.write([poison, good])] == [("a", False)]


def test_a_reindex_outlives_a_stop_at_any_of_its_steps(
    wire: Wire, engine: OpenSearchEngine, table: FakeTable
) -> None:
    # Given a queue that tries each step while OpenSearch is stopped, and again when it is back
    rebuilds = RebuildService(engine, table, FrozenClock())
    IndexingService(engine, table, FrozenClock()).index(["00s00"])
    outcome: RebuildMessage | RebuildReport | None = RebuildMessage()
    steps = 0

    while isinstance(outcome, RebuildMessage):
        wire.cut()
        with pytest.raises(EngineUnavailableError):
            rebuilds.step(outcome, lambda: 0)
        wire.mend()
        outcome = rebuilds.step(outcome, lambda: 0)
        steps += 1

    assert outcome is not None
    assert (outcome.documents, outcome.missing, steps) == (12, 11, 8)
    assert set(found(engine)) == set(table.servers)


@pytest.mark.parametrize("seed", range(3))
def test_duplicated_and_reordered_records_end_in_the_tables_state(
    new_engine: MakeEngine, seed: int
) -> None:
    # Given a history of changes, each of which wakes two slow indexers that read before they write
    engine, table, dice = new_engine(), FakeTable(), random.Random(seed)
    engine.prepare()
    late = []
    for revision in range(1, 60):
        one = f"s{dice.randrange(6)}"
        gone = {"deletedAt": "2026-11-24T00:00:00.000Z"} if dice.random() < 0.1 else {}
        if "deletedAt" not in table.servers.get(one, FakeServer(one)).values:
            table.put(FakeServer(one, revision, {"name": f"Name {revision}", **gone}))
        seen = FakeTable(dict(table.servers))
        late += [(IndexingService(engine, seen, FrozenClock()), one)] * 2

    # When they write in any order
    dice.shuffle(late)
    for indexing, one in late:
        assert indexing.index([one]) == []
    engine.refresh()

    # Then the index is the table, and what was deleted stays deleted
    living = {s.id: s.values["name"] for s in table.servers.values() if "deletedAt" not in s.values}
    hits = engine.search(SearchQuery(size=100)).hits
    assert {hit["id"]: hit["name"] for hit in hits} == living
    assert len(living) < len(table.servers)


def test_an_older_versions_index_answers_and_takes_writes_after_the_reindex(
    table: FakeTable, older: OpenSearchEngine
) -> None:
    # Given an index that lacks a field of this version's
    assert not older.prepare()
    indexing = IndexingService(older, table, FrozenClock())

    # Then searches are answered, and changes are told to come again
    for text in (None, "name"):
        assert older.search(SearchQuery(text=text, exposed=3)).total == 0
    assert [one.retryable for one in indexing.index(["00s01", "00s02"])] == [True, True]

    # When it is rebuilt
    RebuildService(older, table, FrozenClock()).run()

    # Then they are taken
    assert older.prepare()
    assert indexing.index(["00s01"]) == []
