"""The application: a Chalice whose requests run through our kernel.

Chalice keeps the registry, the blueprints and the packaging. Serving is ours because its own
answers to an unknown route, a wrong method, HEAD, OPTIONS or a broken body are no
problem+json (docs/decisions/0001).
"""

import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from chalice.app import Chalice

from firstspawn.errors import BadRequest, ProblemError, Unavailable
from firstspawn.kit.cursors import BadCursor
from firstspawn.wiring import container
from functions.http.cors import cors_headers, preflight_headers
from functions.http.problems import problem
from functions.http.request import Request, read_event
from functions.http.response import SECURITY_HEADERS, Response, is_unchanged, to_lambda
from functions.http.router import Router
from functions.http.routes import Route
from functions.logs import logger

_BAD_CURSOR = BadRequest("the cursor does not fit this list", code="bad_cursor")


class Api(Chalice):
    """Callable by Lambda with a REST proxy event or a Function URL event."""

    def _register_route(self, name: str, user_handler: Any, kwargs: Any, **unused: Any) -> None:
        """Take routes of `Routes` alone: Chalice's own decorators declare no access."""
        if not isinstance(getattr(user_handler, "route", None), Route):
            raise TypeError(f"{name}: declare routes with functions.http.routes.Routes")
        super()._register_route(name, user_handler, kwargs, **unused)

    @cached_property
    def declared(self) -> list[Route]:
        """Every declared route, by path and method."""
        entries = (entry for methods in self.routes.values() for entry in methods.values())
        views: Any = (entry.view_function for entry in entries)
        return sorted((view.route for view in views), key=lambda route: (route.path, route.method))

    @cached_property
    def router(self) -> Router:
        """The tree the requests are matched against."""
        return Router(self.declared)

    def __call__(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG002
        """Answer one event; whatever happens, with an HTTP answer."""
        started = time.perf_counter()
        payload_v2 = event.get("version") == "2.0"
        request = read_event(event)
        response = self._answer(request)
        response.headers |= {**request.limits, **request.notes, "X-Request-Id": request.request_id}
        settings = container().settings
        response.headers |= cors_headers(request.headers.get("origin"), settings.cors_origins)
        if request.method == "HEAD":
            response.body = ""
        _log(request, response, time.perf_counter() - started)
        return to_lambda(response, payload_v2=payload_v2)

    def _answer(self, request: Request) -> Response:
        try:
            return self._run(request)
        except ProblemError as error:
            request.log["code"] = error.code
            return problem(error, request.request_id)
        except BadCursor:
            request.log["code"] = _BAD_CURSOR.code
            return problem(_BAD_CURSOR, request.request_id)
        except Exception as error:  # the edge: the caller gets an answer, we get a log
            logger().exception("unhandled", extra={"requestId": request.request_id})
            expected = Unavailable() if container().is_outage(error) else ProblemError()
            return problem(expected, request.request_id)

    def _run(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            methods = self.router.methods(request.path)
            return Response(204, "", SECURITY_HEADERS | preflight_headers(methods))
        route, parameters = self.router.find(request.method, request.path)
        request.log["route"] = route.path
        response = route.run(request, parameters, container().settings)
        if is_unchanged(request, response):
            response.status, response.body = 304, ""
            response.headers.pop("Content-Type", None)
        return response


def _log(request: Request, response: Response, seconds: float) -> None:
    """One line a request: the matched route, never the path's values, the query or the body."""
    logger().info(
        "request",
        extra={
            "requestId": request.request_id,
            "method": request.method,
            "status": response.status,
            "milliseconds": round(seconds * 1000, 1),
            "userId": request.caller.userId if request.caller else None,
            **request.log,
        },
    )
