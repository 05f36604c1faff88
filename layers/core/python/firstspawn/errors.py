"""The one tree of errors a request can end in: a status, a stable code, a message safe to show.

Features derive their own from these. Anything else that is raised is a bug and becomes a plain
500 at the edge.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class ProblemError(Exception):
    """An expected failure. `detail` is shown to the caller: never another user's data."""

    status: ClassVar[int] = 500
    code: str = "internal_error"
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.code = code or self.code
        self.headers = dict(headers or {})
        self.extensions = extensions


class BadRequest(ProblemError):
    """400: the request cannot be read (malformed JSON, an altered cursor)."""

    status, code, title = 400, "bad_request", "Bad request"


class Unauthenticated(ProblemError):
    """401: who is asking is not known. Carries the `WWW-Authenticate` challenge."""

    status, code, title = 401, "unauthenticated", "Authentication required"

    def __init__(self, detail: str = "", **options: Any) -> None:
        super().__init__(
            detail, headers={"WWW-Authenticate": 'Bearer realm="firstspawn"'}, **options
        )


class Forbidden(ProblemError):
    """403: known, and not allowed."""

    status, code, title = 403, "forbidden", "Not allowed"


class NotFound(ProblemError):
    """404: there is no such thing, or the caller may not know that there is."""

    status, code, title = 404, "not_found", "Not found"


class MethodNotAllowed(ProblemError):
    """405: the path exists, the method does not. Carries `Allow`."""

    status, code, title = 405, "method_not_allowed", "Method not allowed"


class Conflict(ProblemError):
    """409: the state of the resource forbids it (a name is taken, a limit is reached)."""

    status, code, title = 409, "conflict", "Conflict"


class ChangedMeanwhile(Conflict):
    """409: another request changed the same thing between our read and our write: try again."""

    code, title = "changed_meanwhile", "Changed in the meantime"


class PreconditionFailed(ProblemError):
    """412: `If-Match` names another version than the current one."""

    status, code, title = 412, "precondition_failed", "Changed in the meantime"


class PayloadTooLarge(ProblemError):
    """413: the body is longer than the route takes."""

    status, code, title = 413, "payload_too_large", "Body too large"


class UnsupportedMediaType(ProblemError):
    """415: the body is not of the type the route reads."""

    status, code, title = 415, "unsupported_media_type", "Unsupported media type"


class Invalid(ProblemError):
    """422: readable, but a field breaks a rule. `errors` lists `{field, message}`."""

    status, code, title = 422, "validation_failed", "Validation failed"

    def __init__(
        self, errors: Sequence[Mapping[str, str]], detail: str = "", code: str | None = None
    ) -> None:
        super().__init__(detail, code=code, errors=[dict(error) for error in errors])

    @classmethod
    def field(cls, name: str, message: str, code: str | None = None) -> "Invalid":
        """One field, one message."""
        return cls([{"field": name, "message": message}], code=code)


class TooManyRequests(ProblemError):
    """429: try again after `retry_after` seconds."""

    status, code, title = 429, "too_many_requests", "Too many requests"

    def __init__(self, detail: str = "", *, retry_after: int, **options: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)}, **options)


class Unavailable(ProblemError):
    """503: something behind us is down; nothing was lost. Carries `Retry-After`."""

    status, code, title = 503, "unavailable", "Temporarily unavailable"

    def __init__(self, detail: str = "", *, retry_after: int = 10, **options: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)}, **options)
