"""The same cases for every search engine that is up."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from firstspawn.clients.search import open_search
from firstspawn.clients.search.interface import Document, SearchEngine
from tests.support.opensearch import delete_indexes

ENGINES = ("embedded", "opensearch")
MakeEngine = Callable[[], SearchEngine]
# A test's property, so that it comes through from a worker: the engine, and its nDCG@10 and MRR by
# kind of query.
RELEVANCE = "relevance"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report how good the order of search results was."""
    for report in terminalreporter.getreports("passed"):
        for engine, kinds in (value for name, value in report.user_properties if name == RELEVANCE):
            terminalreporter.write_line(f"relevance, {engine}: nDCG@10, MRR", bold=True)
            for kind, (gain, rank) in kinds.items():
                terminalreporter.write_line(f"  {kind:12} {gain:.3f}  {rank:.3f}")


@pytest.fixture(scope="module", params=ENGINES)
def new_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeEngine]:
    """A function that opens an engine with an index of its own, not prepared yet."""
    opened: list[SearchEngine] = []
    aliases: list[str] = []
    url = os.environ.get("FIRSTSPAWN_TEST_OPENSEARCH_URL", "")
    if request.param == "opensearch" and not url:
        pytest.skip("OpenSearch is not up")

    def make() -> SearchEngine:
        aliases.append(f"test-{uuid4().hex[:12]}")
        path: Path = tmp_path_factory.mktemp("search") / "search.db"
        opened.append(
            open_search(f"sqlite:///{path}")
            if request.param == "embedded"
            else open_search(url, aliases[-1], timeout=30)
        )
        return opened[-1]

    yield make
    for engine in opened:
        engine.close()
    if request.param == "opensearch":
        delete_indexes(url, aliases)


@pytest.fixture
def engine(new_engine: MakeEngine) -> SearchEngine:
    """An empty index."""
    fresh = new_engine()
    assert fresh.prepare()
    return fresh


def filled(engine: SearchEngine, documents: Sequence[Document]) -> SearchEngine:
    """Prepare an index and put documents into it, visible at once."""
    engine.prepare()
    assert engine.write(documents) == []
    engine.refresh()
    return engine
