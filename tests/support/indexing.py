"""Servers on their way into the index: listed through the API, delivered as the stream would."""

from typing import Any

import boto3

from firstspawn.wiring import Container
from tests.support.client import Answer, Client
from tests.support.engines import REGION
from tests.support.factories import Account

_INDEXED = {"Server", "ServerStats", "ServerStatus"}


def register(client: Client, owner: Account, name: str, **fields: Any) -> str:
    """List a server; return its id."""
    form = {"name": name, "gameType": "MINECRAFT", "ip": "play.example.com", **fields}
    answer = client.post("/servers", form, token=owner.access)
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def stream_of(stack: Container, *servers: str) -> dict[str, Any]:
    """What the table's stream would deliver for these servers as they are now."""
    table = boto3.client("dynamodb", region_name=REGION)
    items = [
        item
        for server in servers
        for item in table.query(
            TableName=stack.settings.table,
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": {"S": f"SERVER#{server}"}},
        )["Items"]
    ]
    wanted = [item for item in items if item["type"]["S"] in _INDEXED]
    assert wanted
    return {"Records": [record(item, number) for number, item in enumerate(wanted, start=1)]}


def record(item: dict[str, Any], number: int) -> dict[str, Any]:
    """One record of the stream."""
    return {
        "eventID": f"{number:032x}",
        "eventName": "INSERT",
        "dynamodb": {"SequenceNumber": f"{number:021d}", "NewImage": item},
    }


def names(answer: Answer) -> list[str]:
    """The names a search found."""
    assert answer.status == 200, answer.body
    return [item["name"] for item in answer.json["items"]]
