"""Which engine a URL names, and what the engines' files promise each other."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from firstspawn.clients.search import mapping, open_search
from firstspawn.clients.search.analysis import searchable
from firstspawn.clients.search.embedded import EmbeddedEngine
from firstspawn.clients.search.interface import EngineUnavailableError, SearchQuery
from firstspawn.clients.search.opensearch import OpenSearchEngine
from tests.support.search_documents import document


def test_urls_name_engines(tmp_path: Path) -> None:
    assert isinstance(open_search(f"sqlite:///{tmp_path}/x.db"), EmbeddedEngine)
    assert isinstance(open_search("http://127.0.0.1:9"), OpenSearchEngine)
    with pytest.raises(ValueError, match="sqlite"):
        open_search("redis://x")


def test_every_property_is_either_given_or_derived() -> None:
    given = document("a", "A").fields

    assert set(mapping.index_body()["mappings"]["properties"]) == {*given, *mapping.derived(given)}
    assert set(mapping.TERMS) == set(searchable(given))
    days = mapping.index_body()["mappings"]["properties"]["rankOn"]["properties"]
    assert set(days) == set(mapping.derived(given)["rankOn"])


def test_the_interface_costs_no_engine() -> None:
    # Given a process that only asks for an engine by URL
    code = (
        "import sys; from firstspawn.clients.search import open_search;"
        "open_search('http://127.0.0.1:9'); import json;"
        "print(json.dumps([m for m in ('opensearchpy', 'boto3', 'sqlite3') if m in sys.modules]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    # Then no engine's library was imported
    assert json.loads(done.stdout) == []


def test_an_opensearch_that_is_down_loses_nothing_and_says_so() -> None:
    # Given an address where nobody listens
    engine = OpenSearchEngine("http://127.0.0.1:9", timeout=1)

    # Then searches say so, and writes report every document as not written
    with pytest.raises(EngineUnavailableError):
        engine.search(SearchQuery())
    failed = engine.write([document("a", "A"), document("b", "B")])
    assert [(f.id, f.retryable) for f in failed] == [("a", True), ("b", True)]
    engine.close()
