"""The operator's command, on a real table's items."""

from pathlib import Path

import pytest

from firstspawn.clients.search import open_search
from firstspawn.clients.search.interface import SearchQuery
from firstspawn.clients.search.opensearch import OpenSearchEngine
from firstspawn.wiring import Container
from infra.reindex import main
from tests.support.servers import Owners


def test_a_reindex_finds_every_listed_server_in_the_table(
    stack: Container, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given servers that no stream record ever told the index of, one of them deleted
    stack.search_engine = open_search(f"sqlite:///{tmp_path}/search.db")
    owners = Owners(stack)
    _, listed = owners.server()
    owner, deleted = owners.server()
    stack.servers.delete(owner, deleted.id, None)

    # When the command runs, without an index to begin with
    assert main([]) == 0

    # Then the listed one is found and the deleted one is hidden
    ids = {hit["id"] for hit in stack.search_engine.search(SearchQuery(size=100)).hits}
    assert listed.id in ids
    assert deleted.id not in ids
    assert "documents in the new index" in capsys.readouterr().out
    stack.search_engine.close()


def test_a_reindex_without_an_engine_says_so(
    stack: Container, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.search_engine = OpenSearchEngine("http://127.0.0.1:9", timeout=1)

    assert main([]) == 1

    assert "the old index goes on" in capsys.readouterr().err
