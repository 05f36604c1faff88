"""Revisions, tombstones, failures and rebuilds: the same on every engine."""

import threading

import pytest

from firstspawn.clients.search.interface import (
    Document,
    EngineUnavailableError,
    SearchEngine,
    SearchQuery,
    WriteFailure,
)
from tests.contract.search.conftest import MakeEngine, filled
from tests.support.search_documents import document


def names(engine: SearchEngine) -> list[str]:
    engine.refresh()
    return sorted(hit["name"] for hit in engine.search(SearchQuery(size=100)).hits)


def test_the_newest_revision_wins_in_any_order(engine: SearchEngine) -> None:
    # When revisions arrive out of order and twice
    for revision in (2, 3, 1, 3):
        failed = engine.write([document("a", f"Name {revision}", revision=revision)])

        # Then the stale ones lose without being a failure
        assert failed == []
    assert names(engine) == ["Name 3"]


def test_old_words_are_forgotten(engine: SearchEngine) -> None:
    assert engine.write([document("a", "Before", tags=["pvp"])]) == []
    assert engine.write([document("a", "After", revision=2, tags=["vanilla"])]) == []
    engine.refresh()

    assert engine.search(SearchQuery(text="before")).total == 0
    assert engine.search(SearchQuery(text="pvp")).total == 0
    assert engine.search(SearchQuery(facets=("tags",))).facets["tags"] == {"vanilla": 1}


def test_a_tombstone_stays(engine: SearchEngine) -> None:
    # Given a server that was hidden at revision 5
    assert engine.write([document("a", "Gone", revision=5, listed=False)]) == []

    # When an older write arrives late
    assert engine.write([document("a", "Gone", revision=4)]) == []

    # Then it does not come back; a newer one brings it back
    assert names(engine) == []
    assert engine.write([document("a", "Back", revision=6)]) == []
    assert names(engine) == ["Back"]


def test_a_poison_document_fails_alone(engine: SearchEngine) -> None:
    # When one of three documents has a field nobody knows, and one a number that is none
    failed = engine.write(
        [
            document("good", "Good"),
            document("unknown", "Bad", surprise=1),
            document("number", "Bad", playerCount="many"),
            document("huge", "Bad", playerCount=2**40),
        ]
    )

    # Then these fail for good and the good one is there
    assert {(f.id, f.retryable) for f in failed} == {
        ("unknown", False),
        ("number", False),
        ("huge", False),
    }
    assert names(engine) == ["Good"]


def test_nothing_is_searched_or_lost_before_the_index_is_made(new_engine: MakeEngine) -> None:
    engine = new_engine()

    with pytest.raises(EngineUnavailableError):
        engine.ping()
    with pytest.raises(EngineUnavailableError):
        engine.search(SearchQuery())
    assert [(f.id, f.retryable) for f in engine.write([document("a", "A")])] == [("a", True)]
    engine.prepare()
    engine.ping()


def test_preparing_twice_keeps_what_is_there(engine: SearchEngine) -> None:
    assert engine.write([document("a", "Kept")]) == []

    assert engine.prepare()

    assert names(engine) == ["Kept"]


def test_writes_go_on_during_a_rebuild_and_are_not_lost(engine: SearchEngine) -> None:
    # Given an index with a server that is no more in the table
    filled(engine, [document("stale", "Stale"), document("a", "A")])

    # When a rebuild runs and changes arrive before and after their rows are walked over
    rebuild = engine.rebuild()
    assert engine.write([document("a", "A changed", revision=2)]) == []
    assert rebuild.write([document("a", "A"), document("b", "B")]) == []
    assert engine.write([document("b", "B changed", revision=2)]) == []
    before = names(engine)
    assert rebuild.publish() == 2

    # Then readers saw the old index all the time, and the new one has the newest of everything
    assert before == ["A changed", "B changed", "Stale"]
    assert names(engine) == ["A changed", "B changed"]
    assert engine.write([document("c", "C")]) == []
    assert names(engine) == ["A changed", "B changed", "C"]


def test_a_discarded_rebuild_leaves_no_trace(engine: SearchEngine) -> None:
    filled(engine, [document("a", "A")])

    rebuild = engine.rebuild()
    assert rebuild.write([document("b", "B")]) == []
    rebuild.discard()

    assert names(engine) == ["A"]
    assert engine.write([document("c", "C")]) == []
    assert names(engine) == ["A", "C"]


def test_a_rebuild_that_was_overtaken_cannot_publish(engine: SearchEngine) -> None:
    filled(engine, [document("a", "A")])

    first = engine.rebuild()
    second = engine.rebuild()
    assert second.write([document("b", "B")]) == []

    with pytest.raises(EngineUnavailableError):
        first.publish()
    assert names(engine) == ["A"]
    assert second.publish() == 1
    assert names(engine) == ["B"]


def test_a_rebuild_can_make_the_first_index(new_engine: MakeEngine) -> None:
    engine = new_engine()

    rebuild = engine.rebuild()
    assert rebuild.write([document("a", "A")]) == []
    rebuild.publish()

    assert names(engine) == ["A"]


def test_rebuilds_under_steady_writes_end_with_the_newest_of_everything(
    engine: SearchEngine,
) -> None:
    # Given a table that changes all the time, and an indexer that follows it
    table = dict.fromkeys(map(str, range(20)), 1)
    done = threading.Event()
    failed: list[WriteFailure] = []

    def current(one: str) -> Document:
        return document(one, f"Name {table[one]}", revision=table[one])

    def follow() -> None:
        while not done.is_set():
            for one in table:
                table[one] += 1
                failed.extend(engine.write([current(one)]))

    writer = threading.Thread(target=follow)
    writer.start()

    # When the index is rebuilt from the table, twice
    for _ in range(2):
        rebuild = engine.rebuild()
        for one in table:
            assert rebuild.write([current(one)]) == []
        assert rebuild.publish() == len(table)
    done.set()
    writer.join(60)

    # Then what failed was only told to come again, and when it did everything is at its newest
    assert all(one.retryable for one in failed)
    assert engine.write([current(one.id) for one in failed]) == []
    assert names(engine) == sorted(f"Name {revision}" for revision in table.values())


def test_revisions_are_listed_in_order_of_id_hidden_ones_too(engine: SearchEngine) -> None:
    # Given documents, one of them hidden
    written = [document(f"s{n}", "S", revision=n + 5, listed=n != 3) for n in range(7)]
    assert engine.write(written) == []

    # When they are paged through
    listed: list[tuple[str, int]] = []
    while page := engine.revisions(listed[-1][0] if listed else "", size=3):
        listed += page

    assert listed == [(f"s{n}", n + 5) for n in range(7)]
    assert engine.revisions_of(["s3", "s1", "nobody"]) == {"s1": 6, "s3": 8}
    assert engine.revisions_of([]) == {}


def test_a_rebuild_goes_on_in_another_process(engine: SearchEngine) -> None:
    # Given a rebuild of which only the name is left
    filled(engine, [document("a", "A")])
    name = engine.rebuild().name

    rebuild = engine.resume(name)
    assert rebuild is not None
    assert rebuild.write([document("b", "B", revision=4)]) == []
    assert rebuild.revisions() == [("b", 4)]
    assert engine.revisions() == [("a", 1)]
    assert rebuild.publish() == 1

    # Then it takes the old one's place, and is no rebuild any more
    assert names(engine) == ["B"]
    assert engine.resume(name) is None
    assert engine.resume("nothing") is None


def test_a_rebuild_that_was_overtaken_is_not_found(engine: SearchEngine) -> None:
    filled(engine, [document("a", "A")])

    first, second = engine.rebuild().name, engine.rebuild().name

    assert engine.resume(first) is None
    assert engine.resume(second) is not None
