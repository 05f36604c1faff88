"""How a module declares routes: one decorator that says who may call, what goes in and out.

A view takes the `Request`, its path parameters by name as strings, and optionally `body` and
`query`, whose annotations are pydantic models. It returns a model, a `Reply`, or None.

    routes = Routes("servers")

    @routes.get("/servers/{server}", access=Access.GUEST)
    def get_server(request: Request, server: str) -> ServerView: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from chalice.app import Blueprint
from pydantic import BaseModel, ValidationError

from firstspawn.config import Settings
from firstspawn.errors import PayloadTooLarge, ProblemError, UnsupportedMediaType
from firstspawn.ratelimit.policies import Policy
from functions.http.access import Access, admit, default_scope, tell_time
from functions.http.limits import count, default_limit
from functions.http.problems import from_validation
from functions.http.request import Request
from functions.http.response import Reply, Response, render

API_PREFIX = "/api/v1"

View = Callable[..., Any]


@dataclass(frozen=True)
class Route:
    """One declared route: what the router runs and the OpenAPI document describes.

    `verified` demands a verified address, `fresh` a recent proof of who is asking.
    """

    tag: str
    method: str
    path: str
    view: View
    access: Access
    status: int = 200
    verified: bool = False
    fresh: bool = False
    returns: type[BaseModel] | None = None
    errors: tuple[type[ProblemError], ...] = ()
    cache: str | None = None
    hidden: bool = False
    limit: Policy | None = None
    body_limit: int | None = None
    scope: str | None = None

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The view's annotations; read when the route is first used, not at import."""
        return get_type_hints(self.view)

    @property
    def body_model(self) -> type[BaseModel] | None:
        """The DTO of the body, if the view takes one."""
        return self.hints.get("body")

    @property
    def query_model(self) -> type[BaseModel] | None:
        """The DTO of the query, if the view takes one."""
        return self.hints.get("query")

    @property
    def response_model(self) -> type[BaseModel] | None:
        """The DTO answered: declared with `returns`, or the view's own annotation."""
        hint = self.returns or self.hints.get("return")
        return hint if isinstance(hint, type) and issubclass(hint, BaseModel) else None

    def run(self, request: Request, parameters: dict[str, str], settings: Settings) -> Response:
        """Check access and rate, read the input, call the view, render. Raises ProblemError."""
        tell_time(request, self.access)
        most = self.body_limit or settings.body_limit
        if len(request.body) > most:  # before a signature is computed over it
            raise PayloadTooLarge(f"the body may hold {most} bytes")
        admit(request, self.access, verified=self.verified, scope=self.scope, fresh=self.fresh)
        if self.limit:
            count(request, self.limit)
        arguments: dict[str, Any] = dict(parameters)
        if self.query_model:
            arguments["query"] = _read_query(request, self.query_model)
        if self.body_model:
            arguments["body"] = _read_body(request, self.body_model)
        answer = self.view(request, **arguments)
        reply = answer if isinstance(answer, Reply) else Reply(answer)
        response = render(reply, self.status)
        if self.cache and request.caller is None:
            response.headers["Cache-Control"] = self.cache
        return response


class Routes:
    """The routes of one resource, registered on a Chalice blueprint.

    Reads have no rate limit and writes that of `default_limit`, unless `limit` names a policy.
    `body_limit` (bytes) stands for the setting where a route takes more.
    API tokens need the scope of `default_scope`, unless `scope` names one; None refuses them.
    """

    def __init__(self, tag: str, prefix: str = API_PREFIX) -> None:
        self.blueprint = Blueprint(__name__)
        self.declared: list[Route] = []
        self._tag, self._prefix = tag, prefix

    def get(self, path: str, *, access: Access, **options: Any) -> Callable[[View], View]:
        """Declare a GET (and with it HEAD)."""
        return self._add("GET", path, access, options)

    def post(self, path: str, *, access: Access, **options: Any) -> Callable[[View], View]:
        """Declare a POST."""
        return self._add("POST", path, access, options)

    def patch(self, path: str, *, access: Access, **options: Any) -> Callable[[View], View]:
        """Declare a PATCH."""
        return self._add("PATCH", path, access, options)

    def delete(self, path: str, *, access: Access, **options: Any) -> Callable[[View], View]:
        """Declare a DELETE; it answers 204 unless `status` says otherwise."""
        return self._add("DELETE", path, access, {"status": 204, **options})

    def _add(
        self, method: str, path: str, access: Access, options: dict[str, Any]
    ) -> Callable[[View], View]:
        def register(view: View) -> View:
            declared = {"limit": default_limit(method, access), **options}
            if "scope" not in declared:
                declared["scope"] = default_scope(self._tag, method, access)
            route = Route(self._tag, method, self._prefix + path, view, access, **declared)
            self.declared.append(route)
            entry = _Entry(route)
            self.blueprint.route(route.path, methods=[method], name=view.__name__)(entry)
            return view

        return register


class _Entry:
    """What Chalice stores as the view function: it carries the route to our own router."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.__name__ = route.view.__name__
        self.__doc__ = route.view.__doc__

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise TypeError("routes run through functions.http.api.Api")


def _read_query(request: Request, model: type[BaseModel]) -> BaseModel:
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key not in request.query:
            continue
        given = request.query[key]
        is_list = "list" in str(field.annotation)
        values[key] = [part for one in given for part in one.split(",")] if is_list else given[-1]
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise from_validation(error, "query") from error


def _read_body(request: Request, model: type[BaseModel]) -> BaseModel:
    media_type = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if media_type.lower() != "application/json" and not media_type.lower().endswith("+json"):
        raise UnsupportedMediaType("send application/json")
    try:
        return model.model_validate_json(request.body or b"{}")
    except ValidationError as error:
        raise from_validation(error, "body") from error
