"""Pins what was measured: which operations an engine counts as AWS does, and which it does not.

The expected numbers are AWS's rules: a write is 1 unit per KB of the larger of old and new item,
and as much for each index it appears in, moves in (delete and put) or leaves; a read is 1 unit
per 4 KB, half if eventually consistent; transactions cost double.
"""

from typing import Any

import boto3
import pytest

from tests.support.costs import Recorder, count_calls
from tests.support.engines import REGION, Engine

Item = dict[str, Any]


@pytest.fixture
def client(engine: Engine) -> Any:
    return boto3.client("dynamodb", region_name=REGION, endpoint_url=engine.endpoint or None)


def item(pk: str, sk: str, size: int = 0) -> Item:
    values = {"PK": pk, "SK": sk, "body": "x" * size}
    return {name: {"S": value} for name, value in values.items()}


def key(pk: str, sk: str) -> Item:
    return {"PK": {"S": pk}, "SK": {"S": sk}}


def check(engine: Engine, costs: Recorder, expected: list[float]) -> None:
    """Demand that exactly the operations the engine is trusted with were counted as AWS would."""
    wrong = {
        call.operation: f"{call.units:g} instead of {units:g}"
        for call, units in zip(costs.calls, expected, strict=True)
        if call.units != units
    }
    assert set(wrong) == set(costs.operations) - engine.true_units, f"counted wrongly: {wrong}"


def test_single_writes_count_their_size_and_their_indexes(client: Any, engine: Engine) -> None:
    # Given
    table = engine.table
    listed = {"GSI1PK": {"S": "list"}, "GSI1SK": {"S": "1"}}
    # When
    with count_calls() as costs:
        client.put_item(TableName=table, Item=item("A", "1"))
        client.put_item(TableName=table, Item=item("A", "2", 2500))
        client.put_item(TableName=table, Item=item("A", "3") | listed)
        client.update_item(
            TableName=table,
            Key=key("A", "3"),
            UpdateExpression="SET GSI1SK = :moved",
            ExpressionAttributeValues={":moved": {"S": "2"}},
        )
        client.delete_item(TableName=table, Key=key("A", "3"))
    # Then
    check(engine, costs, [1, 3, 2, 3, 2])


def test_a_transaction_counts_every_item_twice(client: Any, engine: Engine) -> None:
    # When
    with count_calls() as costs:
        for numbers in ("1", "123"):
            client.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": engine.table, "Item": item(f"T{numbers}", number)}}
                    for number in numbers
                ]
            )
    # Then
    check(engine, costs, [2, 6])


def test_reads_count_what_was_read(client: Any, engine: Engine) -> None:
    # Given 9 KB in one partition, in three items, and 9 KB in one item
    table = engine.table
    for number in "123":
        client.put_item(TableName=table, Item=item("R", number, 3000))
    client.put_item(TableName=table, Item=item("R9", "1", 9000))
    condition: Item = {
        "TableName": table,
        "KeyConditionExpression": "PK = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "R"}},
    }
    # When
    with count_calls() as costs:
        client.get_item(TableName=table, Key=key("R9", "1"))
        client.get_item(TableName=table, Key=key("R", "1"), ConsistentRead=True)
        client.query(**condition)
        client.query(**condition, ConsistentRead=True)
        client.batch_get_item(RequestItems={table: {"Keys": [key("R", n) for n in "123"]}})
    # Then
    check(engine, costs, [1.5, 1, 1.5, 3, 1.5])
