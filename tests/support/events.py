"""AWS events as functions get them, shaped like ones that were recorded."""

from collections.abc import Mapping, Sequence
from typing import Any

from boto3.dynamodb.types import TypeSerializer

_STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/test/stream/2026-11-22T12:00:00.000"
_QUEUE = "arn:aws:sqs:us-east-1:000000000000:mail"


def stream_record(
    name: str,
    *,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    number: int = 1,
    expired: bool = False,
) -> dict[str, Any]:
    """One change of the table; `old` and `new` are plain items, `expired` makes it TTL's doing."""
    body: dict[str, Any] = {
        "ApproximateCreationDateTime": 1795348800,
        "Keys": {"PK": {"S": "PK"}, "SK": {"S": "SK"}},
        "SequenceNumber": f"{number:021d}",
        "SizeBytes": 200,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    if old is not None:
        body["OldImage"] = _image(old)
    if new is not None:
        body["NewImage"] = _image(new)
    record = {
        "eventID": f"{number:032x}",
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": body,
        "eventSourceARN": _STREAM,
    }
    if expired:
        record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    return record


def _image(item: Mapping[str, Any]) -> dict[str, Any]:
    serializer = TypeSerializer()
    return {name: serializer.serialize(value) for name, value in item.items()}


def sequence_number(number: int) -> str:
    """The sequence number of the record made with `number`."""
    return f"{number:021d}"


def sqs_event(bodies: Sequence[str]) -> dict[str, Any]:
    """A batch of messages, with ids `m0`, `m1`, ..."""
    return {
        "Records": [
            {
                "messageId": f"m{position}",
                "receiptHandle": f"r{position}",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1795348800000",
                    "SenderId": "AIDAEXAMPLE",
                    "ApproximateFirstReceiveTimestamp": "1795348800001",
                },
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": _QUEUE,
                "awsRegion": "us-east-1",
            }
            for position, body in enumerate(bodies)
        ]
    }


def websocket_event(
    route: str, *, connection: str = "conn=", ticket: str | None = None, body: str | None = None
) -> dict[str, Any]:
    """One event of a websocket API, for `$connect`, `$default` or `$disconnect`."""
    event: dict[str, Any] = {
        "requestContext": {
            "routeKey": route,
            "eventType": {"$connect": "CONNECT", "$disconnect": "DISCONNECT"}.get(route, "MESSAGE"),
            "connectionId": connection,
            "requestId": "IzxeDgcUIAMFjbg=",
            "extendedRequestId": "IzxeDgcUIAMFjbg=",
            "messageDirection": "IN",
            "stage": "dev",
            "domainName": "f15a0002.execute-api.us-east-1.amazonaws.com",
            "apiId": "f15a0002",
            "connectedAt": 1795348800000,
            "requestTimeEpoch": 1795348800000,
            "identity": {"sourceIp": "203.0.113.7"},
        },
        "isBase64Encoded": False,
    }
    if route == "$connect":
        event["headers"] = {"Host": "f15a0002.execute-api.us-east-1.amazonaws.com"}
        event["multiValueHeaders"] = {"Host": [event["headers"]["Host"]]}
        if ticket is not None:
            event["queryStringParameters"] = {"ticket": ticket}
            event["multiValueQueryStringParameters"] = {"ticket": [ticket]}
    if body is not None:
        event["body"] = body
    return event


def s3_event(bucket: str, key: str, size: int = 100) -> dict[str, Any]:
    """An object was created; the key comes encoded like a form's value."""
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "us-east-1",
                "eventTime": "2026-11-22T12:00:00.000Z",
                "eventName": "ObjectCreated:Post",
                "userIdentity": {"principalId": "EXAMPLE"},
                "requestParameters": {"sourceIPAddress": "203.0.113.7"},
                "responseElements": {"x-amz-request-id": "EXAMPLE", "x-amz-id-2": "EXAMPLE"},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "uploads",
                    "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                    "object": {"key": key, "size": size, "eTag": "0", "sequencer": "0"},
                },
            }
        ]
    }
