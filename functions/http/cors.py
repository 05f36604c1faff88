"""Cross-origin rules: only the configured frontends, with credentials."""

from collections.abc import Sequence

EXPOSED = "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
_ALLOWED = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
_MAX_AGE_SECONDS = "600"


def cors_headers(origin: str | None, allowed: Sequence[str]) -> dict[str, str]:
    """Headers of an actual answer. Never a wildcard, because cookies may come along."""
    headers = {"Vary": "Authorization, Origin"}
    if origin and origin in allowed:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Allow-Credentials"] = "true"
        headers["Access-Control-Expose-Headers"] = EXPOSED
    return headers


def preflight_headers(methods: Sequence[str]) -> dict[str, str]:
    """What OPTIONS adds."""
    names = ", ".join(methods)
    return {
        "Allow": names,
        "Access-Control-Allow-Methods": names,
        "Access-Control-Allow-Headers": _ALLOWED,
        "Access-Control-Max-Age": _MAX_AGE_SECONDS,
    }
