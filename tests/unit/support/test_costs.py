"""The recorder sees every call however it is made, and asserts units only where they are true."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from firstspawn.db.item import Item, connect
from firstspawn.db.keys import Key
from firstspawn.db.writes import Transaction
from tests.support import engines
from tests.support.costs import Call, Recorder, assert_cost, count_calls
from tests.support.engines import REGION, Engine, engine_at, remember
from tests.support.table import create_table

TABLE = "costs"


class Thing(Item, discriminator="CostsThing"):
    """An item of these tests alone."""


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        create_table(dynamodb, TABLE)
        connect(TABLE, REGION)
        yield dynamodb


def write(units: float, endpoint: str) -> Recorder:
    return Recorder([Call("PutItem", endpoint, TABLE, units=units)])


def test_calls_of_pynamodb_and_boto3_are_recorded_in_order(client: Any) -> None:
    # When
    with count_calls() as costs:
        Thing.at(Key("A", "1")).save()
        client.query(
            TableName=TABLE,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :p",
            ExpressionAttributeValues={":p": {"S": "x"}},
        )
        two_puts().commit()
    # Then
    assert costs.operations == ["PutItem", "Query", "TransactWriteItems"]
    assert [call.target for call in costs.calls] == [TABLE, f"{TABLE}/GSI1", TABLE]
    assert [call.operation for call in costs.reads] == ["Query"]
    assert [call.operation for call in costs.writes] == ["PutItem", "TransactWriteItems"]


def two_puts() -> Transaction:
    transaction = Transaction()
    transaction.put(Thing.at(Key("T", "1")))
    transaction.put(Thing.at(Key("T", "2")))
    return transaction


def test_the_engine_is_asked_for_units(client: Any) -> None:
    # When
    with count_calls() as costs:
        answer = client.get_item(TableName=TABLE, Key={"PK": {"S": "A"}, "SK": {"S": "1"}})
    # Then the answer carries them, and so does the record
    assert answer["ConsumedCapacity"]["CapacityUnits"] == costs.read_units > 0


def test_a_refused_write_is_a_call_with_its_error(client: Any) -> None:
    # When
    with count_calls() as costs, pytest.raises(ClientError):
        client.put_item(
            TableName=TABLE,
            Item={"PK": {"S": "A"}, "SK": {"S": "1"}},
            ConditionExpression="attribute_exists(PK)",
        )
    # Then
    assert [call.error for call in costs.calls] == ["ConditionalCheckFailedException"]


def test_calls_of_other_threads_are_recorded(client: Any) -> None:
    # When
    with count_calls() as costs:
        threads = [Thread(target=Thing.at(Key("A", str(n))).save) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    # Then
    assert_cost(costs, calls=4, operations=["PutItem"] * 4)


def test_calls_outside_the_block_and_to_other_services_are_not_recorded(client: Any) -> None:
    # Given
    client.list_tables()
    # When
    with count_calls() as costs:
        boto3.client("sqs", region_name=REGION).list_queues()
    client.list_tables()
    # Then
    assert costs.calls == []


def test_another_number_of_calls_or_another_operation_fails() -> None:
    # Given
    costs = write(1, "https://dynamodb.us-east-1.amazonaws.com")
    # When / Then
    assert_cost(costs, calls=1, operations=["PutItem"])
    with pytest.raises(AssertionError, match="1 calls, not 2: PutItem costs 1"):
        assert_cost(costs, calls=2)
    with pytest.raises(AssertionError, match="calls made: PutItem"):
        assert_cost(costs, operations=["UpdateItem"])


def test_units_above_the_budget_fail_where_the_engine_tells_the_truth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given an engine that is truthful about puts alone
    monkeypatch.setattr(engines, "_at", {})
    remember(Engine("truthful", frozenset({"PutItem"}), endpoint="http://127.0.0.1:1"))
    costs = write(3, "http://127.0.0.1:1")
    # When / Then
    assert_cost(costs, write_units=3)
    with pytest.raises(AssertionError, match="3 write units"):
        assert_cost(costs, write_units=2)
    # And one untruthful operation among them makes the sum worthless
    costs.add(Call("TransactWriteItems", "http://127.0.0.1:1", units=9))
    assert_cost(costs, write_units=2)


def test_units_are_not_asserted_on_moto() -> None:
    assert_cost(write(3, "https://dynamodb.us-east-1.amazonaws.com"), write_units=1)


def test_an_address_nobody_announced_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_at", {})
    with pytest.raises(LookupError, match="no engine is known"):
        engine_at("http://127.0.0.1:2")
