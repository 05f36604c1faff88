"""The embedded engine's file under several processes, a held lock, and a Python without FTS5."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firstspawn.clients.search.embedded import EmbeddedEngine
from firstspawn.clients.search.interface import EngineUnavailableError, SearchQuery
from tests.support.search_documents import document

_WRITER = """
import sys
from firstspawn.clients.search.embedded import EmbeddedEngine
from firstspawn.clients.search.interface import SearchQuery
from tests.support.search_documents import document
path, writer = sys.argv[1], int(sys.argv[2])
engine = EmbeddedEngine(path, timeout=30)
engine.prepare()
for n in range(40):
    own = document(f"{writer}-{n}", f"Server {writer} {n}")
    shared = document("shared", f"Shared {n}", revision=n + 1)
    assert engine.write([own, shared]) == []
    assert engine.search(SearchQuery(text="server", size=1)).total > n
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    made = EmbeddedEngine(str(tmp_path / "search.db"), timeout=0.05)
    yield made
    made.close()


def test_processes_write_and_search_one_file_at_once(tmp_path: Path) -> None:
    # When four processes make the file, write and search at the same time
    path = tmp_path / "deep" / "search.db"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(path), str(n)], env=environment)
        for n in range(4)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]

    # Then everything is there, and of what all of them wrote the newest revision
    engine = EmbeddedEngine(str(path))
    assert engine.search(SearchQuery(text="server")).total == 160
    assert engine.search(SearchQuery(text="shared 39")).total == 1
    engine.close()


def test_a_lock_held_too_long_is_retryable(engine: EmbeddedEngine, tmp_path: Path) -> None:
    # Given a writer that does not let go
    engine.prepare()
    other = sqlite3.connect(tmp_path / "search.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    # When we write
    failed = engine.write([document("a", "A")])

    # Then nothing is lost, readers are not disturbed, and the next write succeeds
    assert [(f.id, f.retryable) for f in failed] == [("a", True)]
    assert engine.search(SearchQuery()).total == 0
    other.execute("ROLLBACK")
    other.close()
    assert engine.write([document("a", "A")]) == []
    assert engine.search(SearchQuery()).total == 1


def test_a_file_that_is_no_database_is_unavailable(engine: EmbeddedEngine, tmp_path: Path) -> None:
    (tmp_path / "search.db").write_text("something else entirely" * 100)

    with pytest.raises(EngineUnavailableError, match="cannot be used"):
        engine.search(SearchQuery())


def test_an_index_made_from_another_mapping_is_noticed(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine.prepare()

    monkeypatch.setattr("firstspawn.clients.search.mapping.fingerprint", lambda: "changed")

    assert not engine.prepare()


def test_a_python_without_fts5_is_told_what_to_do(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a SQLite whose full text module is missing
    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        return real(*arguments, factory=_WithoutFullText, **options)

    real = sqlite3.connect
    monkeypatch.setattr("sqlite3.connect", connect)

    with pytest.raises(EngineUnavailableError, match="without FTS5"):
        engine.prepare()


class _WithoutFullText(sqlite3.Connection):
    def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
        if "fts5" in statement:
            raise sqlite3.OperationalError("no such module: fts5")
        return super().execute(statement, *arguments)
