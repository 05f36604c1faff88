"""A real OpenSearch that is killed and frozen during writes and a reindex: nothing is lost."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from firstspawn import wiring
from firstspawn.clients.search.interface import EngineUnavailableError, SearchQuery
from firstspawn.clients.search.opensearch import OpenSearchEngine
from firstspawn.discovery.schemas import RebuildMessage, RebuildReport
from firstspawn.servers.repository import ServerRepository
from firstspawn.servers.schemas import UpdateServer
from firstspawn.users.schemas import Caller
from firstspawn.wiring import Container
from functions.streams.search import handler
from tests.support.client import Client
from tests.support.engines import MOTO
from tests.support.indexing import stream_of
from tests.support.own_opensearch import OwnOpenSearch, is_there
from tests.support.servers import Owners

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(not is_there(), reason="OpenSearch was not downloaded (make engines)"),
    pytest.mark.parametrize("engine", [MOTO], indirect=True, scope="module"),
]
BATCH = 20
BACK_SECONDS = 120


@pytest.fixture
def opensearch(tmp_path: Path) -> Iterator[OwnOpenSearch]:
    own = OwnOpenSearch(tmp_path)
    own.start()
    yield own
    own.kill()


@pytest.fixture
def live(stack: Container, opensearch: OwnOpenSearch) -> Iterator[Container]:
    """The services with an index there, as every function sees them."""
    stack.settings = stack.settings.model_copy(update={"rate_scale": 10_000})
    OpenSearchEngine(opensearch.url, timeout=60).prepare()
    stack.search_engine = OpenSearchEngine(opensearch.url, timeout=6)
    wiring.use(stack)
    yield stack
    wiring.use(None)
    stack.search_engine.close()


class Town:
    """Servers that change all the time, and the table's stream: what failed comes again, first."""

    def __init__(self, stack: Container) -> None:
        self._stack, self._owners = stack, Owners(stack)
        self._waiting: list[dict[str, Any]] = []
        self._number = 0
        self.owned: list[tuple[Caller, str]] = []
        self.refused = 0

    def open(self) -> None:
        """One server more."""
        owner, server = self._owners.server()
        self.owned.append((owner, server.id))
        self._happened(server.id)

    def change(self, position: int) -> None:
        """One server gets another name; every fifth one is deleted, and another opens."""
        owner, server = self.owned[position % len(self.owned)]
        if position % 5:
            name = UpdateServer(name=f"Name {self._number}")
            self._stack.servers.update(owner, server, name, None)
        else:
            self.owned.remove((owner, server))
            self._stack.servers.delete(owner, server, None)
            self.open()
        self._happened(server)

    def deliver(self) -> bool:
        """Give the indexer the next batch, in order. Tells whether it took everything."""
        batch, rest = self._waiting[:BATCH], self._waiting[BATCH:]
        failed = handler({"Records": batch}, None)["batchItemFailures"]
        again = {one["itemIdentifier"] for one in failed}
        self._waiting = [r for r in batch if r["dynamodb"]["SequenceNumber"] in again] + rest
        self.refused += len(again)
        return not again

    def settle(self) -> None:
        """Deliver until nothing is left."""
        deadline = time.monotonic() + BACK_SECONDS
        while self._waiting:
            assert time.monotonic() < deadline
            if not self.deliver():
                time.sleep(0.2)

    def _happened(self, server: str) -> None:
        for record in stream_of(self._stack, server)["Records"]:
            self._number += 1
            record["dynamodb"]["SequenceNumber"] = f"{self._number:021d}"
            self._waiting.append(record)


@contextmanager
def living(town: Town) -> Iterator[None]:
    """The town changes and its stream is delivered, by themselves."""
    done, broken = threading.Event(), list[Exception]()

    def live_on() -> None:
        try:
            for position in cycle(range(100)):
                if done.wait(0.1):
                    return
                town.change(position)
                town.deliver()
        except Exception as error:
            broken.append(error)

    thread = threading.Thread(target=live_on)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(BACK_SECONDS)
        if broken:
            raise broken[0]


def assert_degraded(stack: Container, town: Town) -> None:
    """Searches say when to come back, everything else works, and changes are kept."""
    from app import app

    client, before = Client(app), town.refused
    for path in ("/servers", "/servers/suggest"):
        answer = client.get(path, query=[("q", "isles")])
        assert (answer.status, answer.code) == (503, "search_unavailable")
        assert int(answer.headers["retry-after"]) > 0
    assert client.get(f"/servers/{town.owned[0][1]}").status == 200
    with pytest.raises(EngineUnavailableError):
        stack.rebuilds.step(RebuildMessage(), lambda: 0)
    deadline = time.monotonic() + BACK_SECONDS
    while town.refused == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def step(stack: Container, message: RebuildMessage) -> RebuildMessage | RebuildReport | None:
    """A step of a reindex as its queue does it: again until OpenSearch is back."""
    deadline = time.monotonic() + BACK_SECONDS
    while True:
        assert time.monotonic() < deadline
        with suppress(EngineUnavailableError):
            return stack.rebuilds.step(message, lambda: 0)
        time.sleep(0.5)


def assert_the_index_is_the_table(stack: Container, town: Town) -> None:
    town.settle()
    stack.search_engine.refresh()
    page = stack.search_engine.search(SearchQuery(size=100))
    servers = [server for _, server in town.owned]
    stored = ServerRepository().read_parts(servers)
    assert {hit["id"]: hit["name"] for hit in page.hits} == {
        one: stored[one].flat()["name"] for one in servers
    }
    assert page.total == len(servers)
    report = stack.drift.compare()
    assert (report.missing, report.behind, report.stray) == ([], [], [])


def test_nothing_is_lost_when_opensearch_is_killed_and_frozen(
    live: Container, opensearch: OwnOpenSearch
) -> None:
    # Given servers in the index, which change all the time, and a reindex that is under way
    town = Town(live)
    for _ in range(30):
        town.open()
    town.settle()
    with living(town):
        begun = step(live, RebuildMessage())
        assert isinstance(begun, RebuildMessage)
        filled = step(live, begun)
        assert isinstance(filled, RebuildMessage)

        # When OpenSearch is killed in the middle of it, and comes back
        opensearch.kill()
        assert_degraded(live, town)
        opensearch.start()

        # Then the reindex goes on where it was, and while it is frozen the same holds
        report = step(live, filled)
        assert isinstance(report, RebuildReport)
        opensearch.freeze()
        assert_degraded(live, town)
        opensearch.thaw()

    # And in the end the index is the table, and so is one made from it
    assert town.refused > 0
    assert_the_index_is_the_table(live, town)
    assert live.rebuilds.run().drift == 0
    assert_the_index_is_the_table(live, town)
