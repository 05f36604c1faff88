"""The embedded engine's file: its connection, its transactions, its generations of tables."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Literal

from firstspawn.clients.search.embedded_schema import STATE
from firstspawn.clients.search.geometry import kilometres
from firstspawn.clients.search.interface import EngineUnavailableError

Role = Literal["live", "building"]

_PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -16000")


class Store:
    """One connection per process, used by one thread at a time.

    Other processes read while one writes (WAL); writers wait for each other up to `timeout` s.
    """

    def __init__(self, path: str, timeout: float) -> None:
        self._path = path
        self._timeout = timeout
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._owner = 0

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One snapshot for everything read inside. Raises EngineUnavailableError."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing. Raises EngineUnavailableError."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None and self._owner == os.getpid():
                self._connection.close()
            self._connection = None

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock, _unavailable():
            connection = self._open()
            connection.execute(begin)
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _open(self) -> sqlite3.Connection:
        # A connection must not be used across a fork.
        if self._connection is None or self._owner != os.getpid():
            Path(self._path).parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._path, self._timeout, isolation_level=None, check_same_thread=False
            )
            try:
                _set_up(connection)
            except BaseException:
                connection.close()
                raise
            self._connection, self._owner = connection, os.getpid()
        return self._connection


def generation(connection: sqlite3.Connection, role: Role) -> int | None:
    """Number of the tables in a role, if there are any."""
    row = connection.execute("SELECT generation FROM state WHERE role = ?", (role,)).fetchone()
    return None if row is None else int(row[0])


def live(connection: sqlite3.Connection) -> int:
    """Number of the tables to search. Raises EngineUnavailableError if none were made yet."""
    number = generation(connection, "live")
    if number is None:
        raise EngineUnavailableError("the search index was not made yet: reindex")
    return number


def _set_up(connection: sqlite3.Connection) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    _require_full_text(connection)
    connection.create_function("kilometres", 4, kilometres, deterministic=True)
    connection.execute(STATE)


def _require_full_text(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.probe USING fts5 (x)")
    except sqlite3.OperationalError as error:
        raise EngineUnavailableError(
            f"this Python's SQLite {sqlite3.sqlite_version} was built without FTS5: use another"
            " Python, or point FIRSTSPAWN_SEARCH_URL at an OpenSearch"
        ) from error
    connection.execute("DROP TABLE temp.probe")


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise EngineUnavailableError(f"the search file cannot be used: {error}") from error
