"""The search engine that is a file: SQLite with FTS5, for laptops and tests.

Answers like OpenSearch does (same terms, same scores), needs nothing but Python, and is safe with
several processes at once.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from firstspawn.clients.search import embedded_query, embedded_schema
from firstspawn.clients.search.embedded_store import Store, generation, live
from firstspawn.clients.search.embedded_write import rows, store
from firstspawn.clients.search.interface import (
    Document,
    EngineUnavailableError,
    SearchQuery,
    SearchResult,
    WriteFailure,
)


class EmbeddedEngine:
    """Implements `SearchEngine` on the file at `path`; `timeout` is the wait for other writers."""

    def __init__(self, path: str, *, timeout: float = 5) -> None:
        self._store = Store(path, timeout)

    def prepare(self) -> bool:
        """See `SearchEngine`."""
        with self._store.writing() as connection:
            number = generation(connection, "live")
            if number is None:
                number = 1
                _create(connection, number)
                connection.execute("INSERT INTO state VALUES ('live', ?)", (number,))
            made_from = connection.execute(f"SELECT fingerprint FROM made_{number}").fetchone()[0]  # noqa: S608
        return bool(made_from == embedded_schema.fingerprint())

    def search(self, query: SearchQuery) -> SearchResult:
        """See `SearchEngine`: everything from one snapshot."""
        with self._store.reading() as connection:
            return embedded_query.run(connection, live(connection), query)

    def write(self, documents: Sequence[Document]) -> list[WriteFailure]:
        """See `SearchEngine`: one transaction, the running rebuild included."""
        fitting, failed = rows(documents)
        try:
            with self._store.writing() as connection:
                building = generation(connection, "building")
                for number in (live(connection), *([] if building is None else [building])):
                    for row in fitting:
                        store(connection, number, row)
        except EngineUnavailableError as error:
            failed += [WriteFailure(row.document.id, str(error), True) for row in fitting]
        return failed

    def rebuild(self) -> "EmbeddedRebuild":
        """See `SearchEngine`. Raises EngineUnavailableError."""
        with self._store.writing() as connection:
            unfinished = generation(connection, "building")
            if unfinished is not None:
                _drop(connection, unfinished)
            number = max(unfinished or 0, generation(connection, "live") or 0) + 1
            _create(connection, number)
            connection.execute("REPLACE INTO state VALUES ('building', ?)", (number,))
        return EmbeddedRebuild(self._store, number)

    def resume(self, name: str) -> "EmbeddedRebuild | None":
        """See `SearchEngine`. Raises EngineUnavailableError."""
        with self._store.reading() as connection:
            building = generation(connection, "building")
        if building is None or str(building) != name:
            return None
        return EmbeddedRebuild(self._store, building)

    def revisions(self, after: str = "", size: int = 10_000) -> list[tuple[str, int]]:
        """See `SearchEngine`."""
        with self._store.reading() as connection:
            return _revisions(connection, live(connection), after, size)

    def revisions_of(self, ids: Sequence[str]) -> dict[str, int]:
        """See `SearchEngine`."""
        places = ", ".join("?" * len(ids))
        with self._store.reading() as connection:
            statement = f"SELECT id, revision FROM docs_{live(connection)} WHERE id IN ({places})"  # noqa: S608
            return dict(connection.execute(statement, list(ids)).fetchall())

    def refresh(self) -> None:
        """See `SearchEngine`: a commit is visible at once."""

    def ping(self) -> None:
        """See `SearchEngine`."""
        with self._store.reading() as connection:
            live(connection)

    def close(self) -> None:
        """See `SearchEngine`."""
        self._store.close()


@dataclass(frozen=True, slots=True)
class EmbeddedRebuild:
    """Implements `Rebuild` for the tables of one generation."""

    file: Store
    number: int

    @property
    def name(self) -> str:
        """See `Rebuild`."""
        return str(self.number)

    def revisions(self, after: str = "", size: int = 10_000) -> list[tuple[str, int]]:
        """See `Rebuild`."""
        with self.file.reading() as connection:
            if generation(connection, "building") != self.number:
                raise EngineUnavailableError("another rebuild took over")
            return _revisions(connection, self.number, after, size)

    def write(self, documents: Sequence[Document]) -> list[WriteFailure]:
        """See `Rebuild`."""
        fitting, failed = rows(documents)
        try:
            with self.file.writing() as connection:
                for row in fitting:
                    store(connection, self.number, row)
        except EngineUnavailableError as error:
            failed += [WriteFailure(row.document.id, str(error), True) for row in fitting]
        return failed

    def publish(self) -> int:
        """See `Rebuild`. Raises EngineUnavailableError if another rebuild took over."""
        with self.file.writing() as connection:
            if generation(connection, "building") != self.number:
                raise EngineUnavailableError("another rebuild took over")
            count = connection.execute(f"SELECT COUNT(*) FROM docs_{self.number}").fetchone()[0]  # noqa: S608
            old = generation(connection, "live")
            connection.execute("REPLACE INTO state VALUES ('live', ?)", (self.number,))
            connection.execute("DELETE FROM state WHERE role = 'building'")
            if old is not None:
                _drop(connection, old)
        return int(count)

    def discard(self) -> None:
        """See `Rebuild`."""
        with self.file.writing() as connection:
            if generation(connection, "building") == self.number:
                connection.execute("DELETE FROM state WHERE role = 'building'")
                _drop(connection, self.number)


def _revisions(
    connection: sqlite3.Connection, g: int, after: str, size: int
) -> list[tuple[str, int]]:
    statement = f"SELECT id, revision FROM docs_{g} WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608
    return [(one, revision) for one, revision in connection.execute(statement, (after, size))]


def _create(connection: sqlite3.Connection, number: int) -> None:
    for statement in embedded_schema.create(number):
        connection.execute(statement)
    made_from = (embedded_schema.fingerprint(),)
    connection.execute(f"INSERT INTO made_{number} VALUES (?)", made_from)  # noqa: S608


def _drop(connection: sqlite3.Connection, number: int) -> None:
    for statement in embedded_schema.drop(number):
        connection.execute(statement)
