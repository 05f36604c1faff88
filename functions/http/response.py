"""What a view may answer, and how it becomes the dictionary Lambda returns."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from functions.http.request import Request

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(slots=True)
class Reply:
    """An answer that is more than its DTO: a status, headers, cookies, a version for the ETag."""

    body: BaseModel | str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cookies: Sequence[str] = ()
    version: int | None = None


@dataclass(slots=True)
class Response:
    """An answer as bytes-to-be: what is left to do is to fit it to the door."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    cookies: Sequence[str] = ()


def render(reply: Reply, status: int) -> Response:
    """Serialise a reply, with its ETag. `status` holds unless the reply says otherwise."""
    headers = {**SECURITY_HEADERS, **reply.headers}
    if reply.body is None:
        return Response(
            reply.status or (204 if status == 200 else status), "", headers, reply.cookies
        )
    if isinstance(reply.body, BaseModel):
        body = reply.body.model_dump_json()
        headers.setdefault("Content-Type", "application/json")
    else:
        body = reply.body
    digest = hashlib.sha256(body.encode()).hexdigest()[:16]
    # `If-Match` compares the version alone: counters move without anybody's edit.
    tag = digest if reply.version is None else f"{reply.version}-{digest}"
    headers.setdefault("ETag", f'"{tag}"')
    return Response(reply.status or status, body, headers, reply.cookies)


def is_unchanged(request: Request, response: Response) -> bool:
    """Tell whether `If-None-Match` of a read names the representation at hand."""
    if response.status != 200 or request.method not in ("GET", "HEAD"):
        return False
    tags = [
        tag.strip().removeprefix("W/")
        for tag in request.headers.get("if-none-match", "").split(",")
    ]
    return "*" in tags or response.headers.get("ETag") in tags


def to_lambda(response: Response, *, payload_v2: bool) -> dict[str, Any]:
    """Fit an answer to API Gateway (several values per header) or to a Function URL (`cookies`)."""
    answer: dict[str, Any] = {
        "statusCode": response.status,
        "body": response.body,
        "isBase64Encoded": False,
    }
    if payload_v2:
        return answer | {"headers": response.headers, "cookies": list(response.cookies)}
    many = {name: [value] for name, value in response.headers.items()}
    if response.cookies:
        many["Set-Cookie"] = list(response.cookies)
    return answer | {"multiValueHeaders": many}
