"""An empty index of one's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from firstspawn.clients.search.embedded import EmbeddedEngine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    """The embedded engine, prepared."""
    made = EmbeddedEngine(str(tmp_path / "search.db"))
    made.prepare()
    yield made
    made.close()
