"""What the API says of itself: its health, its OpenAPI document, its documentation pages."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from firstspawn.errors import NotFound, Unavailable
from firstspawn.kit.dto import Accepted
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.openapi import openapi_json
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

api = Routes("meta")
site = Routes("meta", prefix="")

_TYPES = {".css": "text/css", ".js": "text/javascript", ".html": "text/html; charset=utf-8"}
_DOCS_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>FirstSpawn API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script>
</body></html>
"""
_START = """SwaggerUIBundle({url: "api/v1/openapi.json", dom_id: "#swagger-ui", deepLinking: true});
"""
_ASSETS = {"swagger-ui.css", "swagger-ui-bundle.js"}


@site.get("/health", access=Access.GUEST, hidden=True)
def health(request: Request) -> Accepted:  # noqa: ARG001
    """Tell that the function runs; asks nothing behind it."""
    return Accepted(status="ok")


@site.get("/health/{part}", access=Access.GUEST, hidden=True, errors=(NotFound, Unavailable))
def health_of(request: Request, part: str) -> Accepted:  # noqa: ARG001
    """Tell whether the table (`db`), the index (`search`) or the bucket (`storage`) answers."""
    container().health.check(part)
    return Accepted(status="ok")


@api.get("/openapi.json", access=Access.GUEST, hidden=True, cache="public, max-age=300")
def openapi(request: Request) -> Reply:  # noqa: ARG001
    """Get this API's OpenAPI 3.1 document."""
    return Reply(openapi_json(), headers={"Content-Type": "application/json"})


@site.get("/docs", access=Access.GUEST, hidden=True)
def docs(request: Request) -> Reply:  # noqa: ARG001
    """Show Swagger UI."""
    return _page(_PAGE, ".html")


@site.get("/docs/{asset}", access=Access.GUEST, hidden=True, cache="public, max-age=86400")
def docs_asset(request: Request, asset: str) -> Reply:  # noqa: ARG001
    """Serve what the page needs; nothing comes from a CDN."""
    if asset == "start.js":
        return _page(_START, ".js")
    if asset not in _ASSETS:
        raise NotFound
    return _page(_asset(asset), Path(asset).suffix)


def _page(body: str, suffix: str) -> Reply:
    headers = {"Content-Type": _TYPES[suffix], "Content-Security-Policy": _DOCS_POLICY}
    return Reply(body, headers=headers)


@lru_cache(maxsize=len(_ASSETS))
def _asset(name: str) -> str:
    """Read a file of the flask-swagger-ui package without importing it (or Flask)."""
    spec = find_spec("flask_swagger_ui")
    if spec is None or spec.origin is None:
        raise NotFound
    return (Path(spec.origin).parent / "dist" / name).read_text(encoding="utf-8")
