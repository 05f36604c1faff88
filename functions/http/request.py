"""What a view sees of a request: read once from the event, whichever door it came through."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from firstspawn.errors import BadRequest, PreconditionFailed, Unauthenticated
from firstspawn.kit.text import clean
from firstspawn.plugins.schemas import PluginCaller
from firstspawn.users.schemas import Caller


@dataclass(slots=True)
class Request:
    """One HTTP request. Header names are lower case; `path` keeps its percent-encoding.

    `encoded_body` is as it stood in the event, which says whether it is base64. `raw_query` is the
    query exactly as sent where the door tells it (Function URL). API Gateway tells its decoded
    parts alone: of them the canonical query is made, sorted and encoded as RFC 3986 says.
    `caller` (or `signer`, a plugin) is set by the access check before the view runs, `limits`
    (headers) by the rate limit; `notes` are further headers of whatever is answered.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, list[str]]
    encoded_body: str
    is_base64: bool
    source_ip: str
    request_id: str
    raw_query: str = ""
    caller: Caller | None = None
    signer: PluginCaller | None = None
    limits: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    log: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The body's bytes. Raises BadRequest if the event's base64 is broken."""
        try:
            if self.is_base64:
                return base64.b64decode(self.encoded_body, validate=True)
            return self.encoded_body.encode()
        except ValueError as error:
            raise BadRequest("the body cannot be decoded", code="malformed_body") from error

    @property
    def user(self) -> Caller:
        """The signed-in caller. Raises Unauthenticated on a guest."""
        if self.caller is None:
            raise Unauthenticated
        return self.caller

    @property
    def plugin(self) -> PluginCaller:
        """The plugin that signed the call. Raises Unauthenticated on anybody else."""
        if self.signer is None:
            raise Unauthenticated
        return self.signer

    @property
    def user_agent(self) -> str:
        """The client's own description, cleaned and cut to what is worth storing."""
        return clean(self.headers.get("user-agent", "")[:256])

    @property
    def expected_version(self) -> int | None:
        """The version named by `If-Match`; None if any will do. Raises PreconditionFailed."""
        value = self.headers.get("if-match", "*").strip()
        if value == "*":
            return None
        version = value.strip('"').partition("-")[0]
        if not version.isascii() or not version.isdigit():
            raise PreconditionFailed("If-Match holds no ETag of this resource")
        return int(version[:18])

    def cookie(self, name: str) -> str | None:
        """The value of one cookie."""
        for part in self.headers.get("cookie", "").split(";"):
            key, separator, value = part.strip().partition("=")
            if separator and key == name:
                return value
        return None


def read_event(event: Mapping[str, Any]) -> Request:
    """Read a REST proxy event (payload 1.0) or a Function URL event (payload 2.0)."""
    return _from_v2(event) if event.get("version") == "2.0" else _from_v1(event)


def _from_v1(event: Mapping[str, Any]) -> Request:
    context = event.get("requestContext") or {}
    query = event.get("multiValueQueryStringParameters") or {
        name: [value] for name, value in (event.get("queryStringParameters") or {}).items()
    }
    headers = event.get("multiValueHeaders") or {
        name: [value] for name, value in (event.get("headers") or {}).items()
    }
    return Request(
        method=event["httpMethod"].upper(),
        path=event["path"],
        headers={name.lower(): _joined(name, values) for name, values in headers.items()},
        query=query,
        encoded_body=event.get("body") or "",
        is_base64=bool(event.get("isBase64Encoded")),
        source_ip=(context.get("identity") or {}).get("sourceIp") or "",
        request_id=context.get("requestId") or "",
        raw_query=_canonical(query),
    )


def _joined(name: str, values: list[str]) -> str:
    # HTTP/2 clients may split their cookies over several headers; a comma is no separator there.
    return ("; " if name.lower() == "cookie" else ", ").join(values)


def _canonical(query: Mapping[str, list[str]]) -> str:
    pairs = sorted((name, value) for name, values in query.items() for value in values)
    return urlencode(pairs, quote_via=quote, safe="~", errors="replace")


def _from_v2(event: Mapping[str, Any]) -> Request:
    context = event["requestContext"]
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(event.get("rawQueryString") or "", keep_blank_values=True):
        query.setdefault(name, []).append(value)
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if event.get("cookies"):
        headers["cookie"] = "; ".join(event["cookies"])
    return Request(
        method=context["http"]["method"].upper(),
        path=event["rawPath"],
        headers=headers,
        query=query,
        encoded_body=event.get("body") or "",
        is_base64=bool(event.get("isBase64Encoded")),
        source_ip=context["http"].get("sourceIp") or "",
        request_id=context.get("requestId") or "",
        raw_query=event.get("rawQueryString") or "",
    )


def decoded_segments(path: str) -> list[str]:
    """Split a path and decode each part. Raises BadRequest for what is no UTF-8."""
    try:
        path.encode()
        return [unquote(part, errors="strict") for part in path.removeprefix("/").split("/")]
    except UnicodeError as error:
        raise BadRequest("the path is not UTF-8", code="malformed_path") from error
