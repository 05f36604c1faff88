"""From a server's registration over the table's stream to `GET /servers`, event by event."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from firstspawn.clients.search.interface import WriteFailure
from firstspawn.clients.search.opensearch import OpenSearchEngine
from firstspawn.discovery.indexing import IndexingService
from firstspawn.servers.repository import ServerRepository
from firstspawn.wiring import Container
from functions.streams.search import handler
from tests.support.client import Client
from tests.support.costs import count_calls
from tests.support.engines import REGION
from tests.support.factories import Account, Accounts
from tests.support.indexing import names, record, register, stream_of
from tests.support.refusing_opensearch import refusing_opensearch


@pytest.fixture
def owner(indexed: Container, accounts: Accounts) -> Account:
    return accounts.create(isServerOwner=True)


def test_a_listed_server_is_found_by_name_tag_and_prefix(
    indexed: Container, client: Client, owner: Account
) -> None:
    # Given two servers whose records went through the indexer
    indexed.tags.seed()
    first = register(client, owner, "Emerald Isles", tags=["skyblock"], region="EU")
    second = register(client, owner, "Other Place")
    assert handler(stream_of(indexed, first, second), None) == {"batchItemFailures": []}

    # Then each way leads to the first
    for query in ([("q", "emerald isles")], [("tags", "skyblock")], [("q", "eme")]):
        assert names(client.get("/servers", query=query)) == ["Emerald Isles"]
    page = client.get("/servers", query=[("region", "EU,NA"), ("limit", "1")]).json
    assert page["total"] == 1
    assert page["nextCursor"] is None
    assert page["facets"]["tags"] == [{"value": "skyblock", "count": 1}]
    assert page["items"][0]["isOnline"] is False


def test_an_edit_and_a_delete_reach_the_index(
    indexed: Container, client: Client, owner: Account
) -> None:
    server = register(client, owner, "Emerald Isles")
    before = stream_of(indexed, server)
    handler(before, None)

    client.patch(f"/servers/{server}", {"name": "Ruby Isles"}, token=owner.access)
    handler(stream_of(indexed, server), None)
    assert names(client.get("/servers")) == ["Ruby Isles"]

    client.delete(f"/servers/{server}", token=owner.access)
    handler(stream_of(indexed, server), None)
    handler(before, None)
    assert names(client.get("/servers")) == []


def test_a_search_costs_the_table_its_rate_limit_alone(
    indexed: Container, client: Client, owner: Account
) -> None:
    handler(stream_of(indexed, register(client, owner, "Emerald Isles")), None)

    with count_calls() as costs:
        assert names(client.get("/servers", query=[("q", "emerald")])) == ["Emerald Isles"]

    assert costs.operations == ["UpdateItem"]


def test_a_batch_costs_one_read_however_many_records(
    indexed: Container, client: Client, owner: Account
) -> None:
    servers = [register(client, owner, f"Server {number}") for number in range(5)]
    event = stream_of(indexed, *servers)
    event["Records"] *= 3

    with count_calls() as costs:
        assert handler(event, None) == {"batchItemFailures": []}

    assert [call.operation for call in costs.calls] == ["BatchGetItem"]


def test_an_unreadable_record_is_buried_alone(
    indexed: Container, client: Client, owner: Account
) -> None:
    letters: list[str] = []
    indexed.__dict__["search_dead_letters"] = SimpleNamespace(send=_into(letters))
    event = stream_of(indexed, register(client, owner, "Emerald Isles"))
    event["Records"].insert(0, record({"type": {"S": "Server"}}, 99))

    assert handler(event, None) == {"batchItemFailures": []}
    assert [json.loads(letter)["Records"] for letter in letters] == [event["Records"][:1]]
    assert names(client.get("/servers")) == ["Emerald Isles"]


def test_a_server_that_cannot_be_projected_is_buried_alone(
    indexed: Container, client: Client, owner: Account
) -> None:
    # Given one of two servers with a broken counter in the table
    broken = register(client, owner, "Broken")
    whole = register(client, owner, "Whole")
    table = boto3.client("dynamodb", region_name=REGION)
    key = {"PK": {"S": f"SERVER#{broken}"}, "SK": {"S": "#STATUS"}}
    table.update_item(
        TableName=indexed.settings.table,
        Key=key,
        UpdateExpression="SET uptime = :x",
        ExpressionAttributeValues={":x": {"S": "lots"}},
    )
    event = stream_of(indexed, broken, whole)

    letters: list[str] = []
    indexed.__dict__["search_dead_letters"] = SimpleNamespace(send=_into(letters))

    # Then it holds up nothing: one letter names it, and the other one is found
    assert handler(event, None) == {"batchItemFailures": []}
    assert len(letters) == 1
    assert broken in letters[0]
    assert names(client.get("/servers")) == ["Whole"]


def test_an_outage_of_the_table_buries_nothing(
    indexed: Container, client: Client, owner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = stream_of(indexed, register(client, owner, "Emerald Isles"))
    down = EndpointConnectionError(endpoint_url="https://dynamodb")

    def fail(*_: object) -> None:
        raise down

    monkeypatch.setattr(ServerRepository, "read_parts", fail)

    assert len(handler(event, None)["batchItemFailures"]) == len(event["Records"])


def _into(letters: list[str]) -> Callable[[list[str]], list[int]]:
    """A queue that takes everything."""

    def send(bodies: list[str]) -> list[int]:
        letters.extend(bodies)
        return []

    return send


class _Refusing:
    """An engine that refuses one server's document for good."""

    def __init__(self, engine: Any, server: str) -> None:
        self._engine, self._server = engine, server

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def write(self, documents: Any) -> list[WriteFailure]:
        self._engine.write([one for one in documents if one.id != self._server])
        return [WriteFailure(self._server, "mapper_parsing_exception", retryable=False)]


def test_what_the_index_refuses_for_good_is_a_dead_letter_that_can_be_replayed(
    indexed: Container, client: Client, owner: Account
) -> None:
    # Given one of two servers that the index refuses
    refused, whole = register(client, owner, "Refused"), register(client, owner, "Whole")
    letters: list[str] = []
    engine = indexed.search_engine
    indexed.__dict__["indexing"] = IndexingService(
        _Refusing(engine, refused), ServerRepository(), indexed.clock
    )
    indexed.__dict__["search_dead_letters"] = SimpleNamespace(send=_into(letters))
    # When their changes arrive
    answer = handler(stream_of(indexed, refused, whole), None)
    # Then the stream goes on, and one letter holds what was refused
    assert answer == {"batchItemFailures": []}
    assert names(client.get("/servers")) == ["Whole"]
    (letter,) = letters
    # And the letter is an event for the same function once the cause is mended
    indexed.__dict__["indexing"] = IndexingService(engine, ServerRepository(), indexed.clock)
    assert handler(json.loads(letter), None) == {"batchItemFailures": []}
    assert set(names(client.get("/servers"))) == {"Refused", "Whole"}


def test_what_cannot_be_indexed_is_buried_once_however_often_its_batch_comes_again(
    indexed: Container, client: Client, owner: Account
) -> None:
    # Given a batch of a busy server, one that is refused, and a record that nobody can read
    busy, refused = register(client, owner, "Busy"), register(client, owner, "Refused")
    event = stream_of(indexed, busy, refused)
    event["Records"].insert(0, record({"type": {"S": "Server"}}, 99))
    letters: list[str] = []
    indexed.__dict__["search_dead_letters"] = SimpleNamespace(send=_into(letters))
    never = WriteFailure(refused, "400 mapper_parsing_exception", retryable=False)
    later = WriteFailure(busy, "429 rejected_execution_exception", retryable=True)
    failed = [never, later]
    indexed.__dict__["indexing"] = SimpleNamespace(index=lambda _: failed)

    # When it comes five times while one of its servers has to wait
    again = [handler(event, None)["batchItemFailures"] for _ in range(5)]

    # Then all that is not done comes along, and nothing is buried yet
    assert [len(one) for one in again] == [len(event["Records"])] * 5
    assert letters == []

    # When it need not wait any more, each of the others is buried once
    failed.remove(later)
    assert handler(event, None) == {"batchItemFailures": []}
    assert len(letters) == 2


def test_a_letter_that_is_not_taken_makes_the_change_come_again(
    indexed: Container, client: Client, owner: Account
) -> None:
    server = register(client, owner, "Refused")
    refusing = _Refusing(indexed.search_engine, server)
    indexed.__dict__["indexing"] = IndexingService(refusing, ServerRepository(), indexed.clock)
    indexed.__dict__["search_dead_letters"] = SimpleNamespace(send=lambda bodies: [0])
    event = stream_of(indexed, server)

    assert len(handler(event, None)["batchItemFailures"]) == len(event["Records"])


def test_when_the_engine_is_down_everything_comes_again_and_the_api_says_so(
    indexed: Container, client: Client, owner: Account
) -> None:
    server = register(client, owner, "Emerald Isles")
    event = stream_of(indexed, server)
    indexed.search_engine = OpenSearchEngine("http://127.0.0.1:9", timeout=1)

    # When records arrive and people search
    failed = handler(event, None)["batchItemFailures"]
    answer = client.get("/servers")

    # Then nothing is lost, search is a 503 that says when to come back, and details still work
    assert len(failed) == len(event["Records"])
    assert (answer.status, answer.code) == (503, "search_unavailable")
    assert answer.headers["retry-after"] == "10"
    assert client.get(f"/servers/{server}").status == 200


@pytest.mark.parametrize("status", [401, 403])
def test_an_engine_that_refuses_us_is_unavailable_and_loses_nothing(
    indexed: Container, client: Client, owner: Account, status: int
) -> None:
    server = register(client, owner, "Emerald Isles")
    event = stream_of(indexed, server)
    letters: list[str] = []
    indexed.__dict__["search_dead_letters"] = SimpleNamespace(send=_into(letters))

    # When a signature or a policy is refused
    with refusing_opensearch(status) as url:
        indexed.search_engine = OpenSearchEngine(url, timeout=5)
        failed = handler(event, None)["batchItemFailures"]
        answers = [client.get("/servers"), client.get("/servers/suggest", query=[("q", "em")])]

    # Then changes come again instead of being buried, and search alone says when to come back
    assert (len(failed), letters) == (len(event["Records"]), [])
    for answer in answers:
        assert (answer.status, answer.code) == (503, "search_unavailable")
        assert answer.headers["retry-after"] == "10"
    assert client.get(f"/servers/{server}").status == 200


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ([("limit", "0")], 422, "validation_failed"),
        ([("sort", "price")], 422, "validation_failed"),
        ([("gameType", "CHESS")], 422, "validation_failed"),
        ([("cursor", "abc")], 400, "bad_cursor"),
        ([("q", "🎮\x00'\"*")], 200, ""),
        ([("unknown", "x")], 200, ""),
    ],
)
def test_strange_queries_never_break_the_search(
    indexed: Container, client: Client, query: list[tuple[str, str]], status: int, code: str
) -> None:
    answer = client.get("/servers", query=query)

    assert answer.status == status
    assert not code or answer.code == code
