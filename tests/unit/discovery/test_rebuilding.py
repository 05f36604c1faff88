"""A reindex in steps: nothing lost, verified, the old index going on until the end."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from firstspawn.clients.search.embedded import EmbeddedEngine
from firstspawn.clients.search.interface import (
    Document,
    EngineUnavailableError,
    SearchQuery,
    WriteFailure,
)
from firstspawn.discovery.documents import document
from firstspawn.discovery.drift import DriftService
from firstspawn.discovery.errors import ReindexFailed
from firstspawn.discovery.indexing import IndexingService
from firstspawn.discovery.ledger import Ledger
from firstspawn.discovery.rebuilding import RebuildService
from firstspawn.discovery.schemas import RebuildMessage, RebuildReport
from firstspawn.kit.ids import ulid
from tests.support.clock import FrozenClock
from tests.support.stored_servers import FakeServer, FakeTable

NOW = FrozenClock()()
# Ids of servers listed long ago, and of one listed while the reindex is under way.
NAMES = ["00a", "00b", "00c", "00d", "00e"]
NEW = ulid(int(NOW.timestamp() * 1000) + 60_000, bytes(10))


@pytest.fixture
def table() -> FakeTable:
    filled = FakeTable()
    for name in NAMES:
        filled.put(FakeServer(name))
    return filled


@pytest.fixture
def indexing(engine: EmbeddedEngine, table: FakeTable) -> IndexingService:
    return IndexingService(engine, table, FrozenClock())


@pytest.fixture
def rebuilds(engine: EmbeddedEngine, table: FakeTable) -> RebuildService:
    return RebuildService(engine, table, FrozenClock())


def listed(engine: EmbeddedEngine) -> dict[str, dict[str, Any]]:
    return {hit["id"]: hit for hit in engine.search(SearchQuery(size=100)).hits}


def follow(rebuilds: RebuildService, message: RebuildMessage | None = None) -> RebuildReport | None:
    """Do step after step with the time of one slice each, each message as the queue keeps it."""
    outcome: RebuildMessage | RebuildReport | None = message or RebuildMessage()
    while isinstance(outcome, RebuildMessage):
        again = RebuildMessage.model_validate_json(outcome.model_dump_json())
        outcome = rebuilds.step(again, lambda: 0)
    return outcome


def test_a_reindex_drops_what_is_gone_and_keeps_what_changes_meanwhile(
    indexing: IndexingService, rebuilds: RebuildService, engine: EmbeddedEngine, table: FakeTable
) -> None:
    # Given an index with a document the table does not know
    engine.write([document(FakeServer("00stray"), NOW)])
    seen: list[int] = []

    def change_in_between(done: int) -> None:
        seen.append(done)
        table.put(FakeServer("00a", 9, {"name": "Changed"}))
        table.put(FakeServer(NEW))
        indexing.index(["00a", NEW])

    # When it is rebuilt while the stream goes on
    report = rebuilds.run(change_in_between)

    # Then nothing is lost and nothing stale is left
    found = listed(engine)
    assert set(found) == {"00a", "00b", "00c", "00d", "00e", NEW}
    assert found["00a"]["name"] == "Changed"
    assert (report.documents, report.stray, report.missing) == (6, 1, 4)
    assert seen == [0, 0, 2, 4, 5]


def test_a_reindex_in_steps_needs_nothing_but_its_messages(
    rebuilds: RebuildService, engine: EmbeddedEngine
) -> None:
    report = follow(rebuilds)

    assert report is not None
    assert report.documents == 5
    assert set(listed(engine)) == set(NAMES)


def test_with_time_left_a_step_goes_on(rebuilds: RebuildService) -> None:
    begun = rebuilds.step(RebuildMessage(), lambda: 300)
    assert isinstance(begun, RebuildMessage)

    filled = rebuilds.step(begun, lambda: 300)

    assert isinstance(filled, RebuildMessage)
    assert filled.isFilled


def test_steps_that_come_twice_change_nothing(
    rebuilds: RebuildService, engine: EmbeddedEngine
) -> None:
    # Given a queue that delivers every message twice
    begun = rebuilds.step(RebuildMessage(), lambda: 0)
    assert isinstance(begun, RebuildMessage)
    middle = rebuilds.step(begun, lambda: 0)
    assert isinstance(middle, RebuildMessage)
    rebuilds.step(begun, lambda: 0)

    # When both go on to the end
    first, second = follow(rebuilds, middle), follow(rebuilds, middle)

    # Then one is put in place, and the other one ends by itself
    assert first is not None
    assert first.documents == 5
    assert second is None
    assert set(listed(engine)) == set(NAMES)


def test_a_reindex_that_is_overtaken_ends_by_itself(
    rebuilds: RebuildService, engine: EmbeddedEngine
) -> None:
    begun = rebuilds.step(RebuildMessage(), lambda: 0)
    assert isinstance(begun, RebuildMessage)

    assert follow(rebuilds) is not None

    assert follow(rebuilds, begun) is None
    assert set(listed(engine)) == set(NAMES)


def test_a_step_looks_at_the_time_where_the_walk_met_no_server(
    engine: EmbeddedEngine, table: FakeTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a stretch of the table without servers before the first one
    walk = table.walk_from
    empty: list[tuple[list[str], list[str] | None]] = [([], ["p1"]), ([], ["p2"])]

    def walk_from(position: list[str] | None, limit: int) -> tuple[list[str], list[str] | None]:
        return empty.pop(0) if empty else walk(None if position == ["p2"] else position, limit)

    monkeypatch.setattr(table, "walk_from", walk_from)
    rebuilds = RebuildService(engine, table, FrozenClock())
    begun = rebuilds.step(RebuildMessage(), lambda: 0)
    assert isinstance(begun, RebuildMessage)

    # When a step has no time left
    after = rebuilds.step(begun, lambda: 0)

    # Then it ends where the walk is, and the next ones go on to the end
    assert isinstance(after, RebuildMessage)
    assert (after.at, after.isFilled) == (["p1"], False)
    report = follow(rebuilds, after)
    assert report is not None
    assert report.documents == 5


class Faulty(EmbeddedEngine):
    """Loses the documents of some servers without a word, or is down for a while."""

    lost: frozenset[str] = frozenset()
    down = False

    def resume(self, name: str) -> Any:
        """See EmbeddedEngine."""
        if self.down:
            raise EngineUnavailableError("down")
        return _Losing(super().resume(name), self.lost)

    def write(self, documents: Sequence[Document]) -> list[WriteFailure]:
        """See EmbeddedEngine."""
        if self.down:
            return [WriteFailure(one.id, "down", retryable=True) for one in documents]
        return super().write(documents)


class _Losing:
    def __init__(self, rebuild: Any, lost: frozenset[str]) -> None:
        self._rebuild, self._lost = rebuild, lost

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rebuild, name)

    def write(self, documents: Sequence[Document]) -> Any:
        return self._rebuild.write([one for one in documents if one.id not in self._lost])


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[Faulty]:
    made = Faulty(str(tmp_path / "faulty.db"))
    made.prepare()
    yield made
    made.close()


def test_what_is_only_late_is_no_drift(
    engine: EmbeddedEngine, indexing: IndexingService, table: FakeTable
) -> None:
    # Given an index that lacks one server and has old states of three, and a stream that is late
    indexing.index(["00b", "00c", "00d", "00e"])
    for one in ("00b", "00c", "00d"):
        table.put(FakeServer(one, 8))

    def settle() -> None:
        assert indexing.index(["00c", "00d"]) == []

    # When it is rebuilt, and a server is listed meanwhile that only one of both indexes shows yet
    rebuilds = RebuildService(engine, table, FrozenClock(), settle)
    begun = rebuilds.step(RebuildMessage(), lambda: 300)
    assert isinstance(begun, RebuildMessage)
    building = engine.resume(str(begun.index))
    assert building is not None
    building.write([document(FakeServer(NEW), NOW)])
    report = follow(rebuilds, begun)

    # Then what the stream still brought is no difference, nor is the new server
    assert report is not None
    assert (report.missing, report.behind, report.stray) == (1, 1, 0)


def test_so_many_differences_are_not_late(
    engine: EmbeddedEngine, table: FakeTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("firstspawn.discovery.rebuilding._MOST_SUSPECTS", 3)

    report = RebuildService(engine, table, FrozenClock()).run()

    assert (report.missing, report.behind) == (5, 0)


def test_an_index_that_lacks_a_document_is_not_put_in_place(
    faulty: Faulty, table: FakeTable
) -> None:
    # Given an engine that says yes and does not keep a document
    IndexingService(faulty, table, FrozenClock()).index(NAMES)
    faulty.lost = frozenset(["00c"])

    with pytest.raises(ReindexFailed, match="4 documents in the new index, 5 servers"):
        RebuildService(faulty, table, FrozenClock()).run()

    assert set(listed(faulty)) == set(NAMES)


def test_an_index_with_older_states_is_not_put_in_place(faulty: Faulty, table: FakeTable) -> None:
    # Given a document of the new index that somebody wrote before, at an older revision
    rebuilds = RebuildService(faulty, table, FrozenClock())
    begun = rebuilds.step(RebuildMessage(), lambda: 0)
    assert isinstance(begun, RebuildMessage)
    faulty.write([document(FakeServer("00c", 1), NOW)])
    faulty.lost = frozenset(["00c"])

    with pytest.raises(ReindexFailed, match="older"):
        follow(rebuilds, begun)


def test_while_the_engine_is_down_steps_fail_and_go_on_afterwards(
    faulty: Faulty, table: FakeTable
) -> None:
    # Given a reindex that is half done, and an engine that stops
    rebuilds = RebuildService(faulty, table, FrozenClock())
    indexing = IndexingService(faulty, table, FrozenClock())
    begun = rebuilds.step(RebuildMessage(), lambda: 0)
    assert isinstance(begun, RebuildMessage)
    half = rebuilds.step(begun, lambda: 0)
    assert isinstance(half, RebuildMessage)
    faulty.down = True

    # When its steps and the stream's writes are tried meanwhile
    for _ in range(3):
        with pytest.raises(EngineUnavailableError):
            rebuilds.step(half, lambda: 0)
    table.put(FakeServer("00a", 9, {"name": "Changed while down"}))
    waiting = indexing.index(["00a"])
    assert [(one.id, one.retryable) for one in waiting] == [("00a", True)]

    # Then both succeed when it is back, and nothing was lost
    faulty.down = False
    assert indexing.index(["00a"]) == []
    report = follow(rebuilds, half)
    assert report is not None
    assert report.documents == 5
    assert listed(faulty)["00a"]["name"] == "Changed while down"


def test_growing_counters_are_noted_and_make_a_trend(
    rebuilds: RebuildService, engine: EmbeddedEngine, table: FakeTable
) -> None:
    # Given a server with verified reviews, noted on the first night
    table.put(
        FakeServer("00a", counters={"verifiedReviews": 2, "verifiedStars": 10, "favorites": 0})
    )
    rebuilds.run()
    assert listed(engine)["00a"]["trend"] == 2 * 20
    assert table.servers["00a"].counters["past"] == [[NOW.toordinal(), 0, 2, 0]]

    # When nothing is added for eight days
    later = FrozenClock()
    later.advance(days=8)
    RebuildService(engine, table, later).run()

    # Then it is no trend any more, and nothing was noted again
    assert listed(engine)["00a"]["trend"] == 0
    assert len(table.servers["00a"].counters["past"]) == 1


def test_drift_is_told_by_kind_and_mended(
    engine: EmbeddedEngine, table: FakeTable, indexing: IndexingService
) -> None:
    # Given an index that lacks one server, has an old state of another, one deleted, and a stray
    indexing.index(["00b", "00c", "00d"])
    table.put(FakeServer("00b", 8, {"name": "Newer"}))
    table.put(FakeServer("00c", 9, {"deletedAt": NOW}))
    engine.write([document(FakeServer("stray"), NOW)])
    waited: list[int] = []
    drift = DriftService(engine, table, FrozenClock(), lambda: waited.append(1))

    told = drift.compare()
    again = drift.compare(repair=True)
    clean = drift.compare()

    assert (told.checked, told.missing, told.behind, told.stray, told.repaired) == (
        5, ["00a", "00e"], ["00b", "00c"], ["stray"], 0,
    )  # fmt: skip
    assert again.repaired == 5
    assert (clean.missing, clean.behind, clean.stray) == ([], [], [])
    assert {one: hit["name"] for one, hit in listed(engine).items()} == {
        "00a": "Server 00a", "00b": "Newer", "00d": "Server 00d", "00e": "Server 00e",
    }  # fmt: skip
    assert waited == [1, 1]


def test_what_the_stream_brings_while_waiting_is_no_drift(
    engine: EmbeddedEngine, table: FakeTable, indexing: IndexingService
) -> None:
    indexing.index(NAMES)
    table.put(FakeServer("00b", 8))

    def settle() -> None:
        assert indexing.index(["00b"]) == []

    report = DriftService(engine, table, FrozenClock(), settle)

    assert report.compare().behind == []


def test_a_ledger_tells_sets_apart_whatever_their_order() -> None:
    one, other, less = Ledger(), Ledger(), Ledger()
    entries = [(f"server-{number}", number) for number in range(500)]
    one.add(entries)
    other.add(reversed(entries))
    less.add(entries[1:])

    assert one == other
    assert one.other_ids(other) == set()
    assert len(one.other_ids(less)) == 1
    assert less.count == 499
    bumped = Ledger()
    bumped.add([(entries[0][0], 99), *entries[1:]])
    assert len(bumped.newer_than(one)) == 1
    assert one.newer_than(bumped) == set()
