"""HTTP events as AWS sends them: API Gateway REST (payload 1.0), Function URL (payload 2.0)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

Event = dict[str, Any]
Door = Callable[["Call"], Event]


@dataclass(frozen=True)
class Call:
    """A request before it takes the shape of a door. Header values may be one or several."""

    method: str
    path: str
    headers: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    query: Sequence[tuple[str, str]] = ()
    body: str | None = None
    is_base64: bool = False
    request_id: str = "req-0123"


def rest_event(call: Call) -> Event:
    """What a Lambda behind a REST API's `/{proxy+}` gets."""
    headers = {
        name: [value] if isinstance(value, str) else list(value)
        for name, value in call.headers.items()
    }
    query: dict[str, list[str]] = {}
    for name, value in call.query:
        query.setdefault(name, []).append(value)
    return {
        "resource": "/{proxy+}",
        "path": call.path,
        "httpMethod": call.method,
        "headers": {name: values[-1] for name, values in headers.items()} or None,
        "multiValueHeaders": headers or None,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {"proxy": call.path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/{proxy+}",
            "httpMethod": call.method,
            "path": f"/api{call.path}",
            "stage": "api",
            "protocol": "HTTP/1.1",
            "requestId": call.request_id,
            "accountId": "123456789012",
            "identity": {"sourceIp": "203.0.113.7", "userAgent": "test"},
        },
        "body": call.body,
        "isBase64Encoded": call.is_base64,
    }


def url_event(call: Call) -> Event:
    """What a Lambda behind a Function URL gets: one value per header, cookies apart."""
    headers = {
        name.lower(): value if isinstance(value, str) else ",".join(value)
        for name, value in call.headers.items()
    }
    cookies = headers.pop("cookie", "")
    http = {
        "method": call.method,
        "path": call.path,
        "protocol": "HTTP/1.1",
        "sourceIp": "203.0.113.7",
        "userAgent": "test",
    }
    event: Event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": call.path,
        "rawQueryString": urlencode(call.query, quote_via=quote),
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "http": http,
            "requestId": call.request_id,
            "stage": "$default",
        },
        "isBase64Encoded": call.is_base64,
    }
    if cookies:
        event["cookies"] = cookies.split("; ")
    if call.body is not None:
        event["body"] = call.body
    return event
