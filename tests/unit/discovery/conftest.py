"""An empty index of one's own, and what asks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from firstspawn.clients.search.embedded import EmbeddedEngine
from firstspawn.discovery.service import DiscoveryService
from tests.support.discovery import service


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    """The embedded engine, prepared."""
    made = EmbeddedEngine(str(tmp_path / "search.db"))
    made.prepare()
    yield made
    made.close()


@pytest.fixture
def discovery(engine: EmbeddedEngine) -> DiscoveryService:
    """The service on that index, with what a module puts into it."""
    return service(engine)
