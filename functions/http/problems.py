"""Every failure as `application/problem+json` (RFC 9457)."""

import json
from typing import Any

from pydantic import ValidationError

from firstspawn.errors import BadRequest, Invalid, ProblemError
from functions.http.response import SECURITY_HEADERS, Response

_JSON_BROKEN = "json_invalid"


def problem(error: ProblemError, request_id: str) -> Response:
    """Render an expected failure."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail or error.title,
        "requestId": request_id,
        **error.extensions,
    }
    headers = SECURITY_HEADERS | {"Content-Type": "application/problem+json"} | error.headers
    return Response(error.status, json.dumps(body), headers)


def from_validation(error: ValidationError, where: str) -> ProblemError:
    """Say which fields break which rule, without echoing the values."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    if details and details[0]["type"] == _JSON_BROKEN:
        return BadRequest("the body is not valid JSON", code="malformed_json")
    return Invalid(
        [
            {
                "field": ".".join(map(str, detail["loc"])) or where,
                "message": detail["msg"].removeprefix("Value error, "),
            }
            for detail in details
        ]
    )
