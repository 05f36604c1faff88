"""The OpenAPI 3.1 document, made from the declared routes and models; there is no other copy."""

import json
import re
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from firstspawn.apitokens.errors import InsufficientScope, TokenNotAllowed
from firstspawn.apitokens.scopes import DESCRIPTIONS
from firstspawn.auth.errors import ReauthenticationRequired
from firstspawn.auth.tokens import FRESH_SECONDS
from firstspawn.errors import (
    BadRequest,
    Forbidden,
    Invalid,
    PayloadTooLarge,
    PreconditionFailed,
    ProblemError,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)
from firstspawn.plugins.errors import (
    BadSignature,
    ClockSkew,
    IpNotAllowed,
    MalformedSignature,
    NotVerified,
    PluginOutdated,
    Replayed,
    Revoked,
    SignatureRequired,
    Suspended,
    UnknownKey,
)
from firstspawn.ratelimit.errors import RateLimited
from firstspawn.ratelimit.policies import Audience, Policy
from functions.http.access import PLUGINS, STAFF, Access
from functions.http.routes import Route

_SIGNED: set[type[ProblemError]] = {
    SignatureRequired, MalformedSignature, ClockSkew, UnknownKey, BadSignature, Replayed, Revoked,
    Suspended, IpNotAllowed,
}  # fmt: skip
_REF = "#/components/schemas/{model}"
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457; `code` is stable, `detail` is for people",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "requestId": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


@lru_cache(maxsize=1)
def openapi_json() -> str:
    """The document of the running application, as JSON."""
    from functions.resources import ROUTES

    declared = [route for routes in ROUTES for route in routes.declared]
    return json.dumps(document(declared), indent=2, sort_keys=False) + "\n"


def document(routes: list[Route]) -> dict[str, Any]:
    """Describe routes. `hidden` ones are left out."""
    shown = sorted((r for r in routes if not r.hidden), key=lambda r: (r.path, r.method))
    definitions, refs = _schemas(shown)
    paths: dict[str, Any] = {}
    for route in shown:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(
            route, refs, definitions
        )
    queries = {route.query_model.__name__ for route in shown if route.query_model}
    schemas = {name: one for name, one in definitions.items() if name not in queries}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "FirstSpawn",
            "version": "1",
            "description": "Discovery network for Minecraft and Hytale servers.",
        },
        # Relative to where this document is served: behind a stage's path as well as at the root.
        "servers": [{"url": "../.."}],
        "tags": [{"name": tag} for tag in sorted({route.tag for route in shown})],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM, **schemas},
            "securitySchemes": _security_schemes(),
        },
    }


def _security_schemes() -> dict[str, Any]:
    """A person's access token, and a program's API token with the scopes it can be limited to."""
    scopes = {scope.value: text for scope, text in DESCRIPTIONS.items()}
    listed = "\n".join(f"- `{scope}`: {text}" for scope, text in scopes.items())
    return {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "apiToken": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "fsp_ and 43 characters",
            "description": f"An API token (`POST /auth/tokens`) with the scope named.\n\n{listed}",
            "x-scopes": scopes,
        },
        "plugin": {
            "type": "apiKey",
            "in": "header",
            "name": "X-FirstSpawn-Key",
            "description": "With X-FirstSpawn-Timestamp, X-FirstSpawn-Nonce and "
            "X-FirstSpawn-Signature, as docs/plugins.md says",
        },
    }


def _schemas(routes: list[Route]) -> tuple[dict[str, Any], dict[Any, Any]]:
    inputs = {m for r in routes for m in (r.body_model, r.query_model) if m}
    outputs = {r.response_model for r in routes if r.response_model}
    wanted: list[Any] = [(m, "validation") for m in inputs] + [
        (m, "serialization") for m in outputs
    ]
    wanted.sort(key=lambda pair: (pair[0].__name__, pair[1]))
    refs, top = models_json_schema(wanted, ref_template=_REF)
    return top.get("$defs", {}), refs


def _operation(route: Route, refs: dict[Any, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    lines = (route.view.__doc__ or "").strip().split("\n", 1)
    operation: dict[str, Any] = {
        "operationId": _camel(route.view.__name__),
        "tags": [route.tag],
        "summary": lines[0],
        "x-access": route.access.value,
        "parameters": _parameters(route, definitions),
        "responses": _responses(route, refs),
    }
    if len(lines) > 1:
        operation["description"] = lines[1].strip()
    if route.fresh:
        operation["x-reauthentication"] = {"maxAgeSeconds": FRESH_SECONDS}
    if route.limit:
        operation["x-rate-limit"] = _limit(route.limit, route.access)
    if route.access is not Access.GUEST:
        operation["security"] = [{"plugin": []} if route.access in PLUGINS else {"bearer": []}]
        if route.scope:
            operation["security"].append({"apiToken": [route.scope]})
    if route.body_model:
        required = any(field.is_required() for field in route.body_model.model_fields.values())
        operation["requestBody"] = _content(route.body_model, refs, "validation") | {
            "required": required
        }
    return operation


def _limit(policy: Policy, access: Access) -> dict[str, Any]:
    """The windows of everybody who may call: so many requests in so many seconds."""
    return {
        "policy": policy.name,
        "windows": {
            audience.value: [{"limit": one.limit, "seconds": one.seconds} for one in windows]
            for audience, windows in policy.windows.items()
            if access is Access.GUEST or audience is not Audience.GUEST
        },
    }


def _parameters(route: Route, definitions: dict[str, Any]) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.query_model:
        schema = definitions[route.query_model.__name__]
        for name, field in schema["properties"].items():
            one = {"name": name, "in": "query", "required": name in schema.get("required", [])}
            if description := field.get("description"):
                one["description"] = description
            parameters.append(one | {"schema": field})
    if route.method in {"PATCH", "DELETE"}:
        parameters.append({"name": "If-Match", "in": "header", "schema": {"type": "string"}})
    if route.method == "GET":
        parameters.append({"name": "If-None-Match", "in": "header", "schema": {"type": "string"}})
    return parameters


def _content(model: type[BaseModel], refs: dict[Any, Any], mode: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": refs[model, mode]}}}


def _responses(route: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    model = route.response_model
    success: dict[str, Any] = {"description": "Done"}
    if model:
        success = {"description": (model.__doc__ or "").strip().split("\n")[0]}
        success |= _content(model, refs, "serialization")
    responses = {str(route.status): success}
    for error in sorted(_errors(route), key=lambda e: (e.status, e.code)):
        known = responses.setdefault(
            str(error.status),
            {
                "description": "",
                "content": {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                },
            },
        )
        known["description"] = ", ".join(filter(None, [known["description"], f"`{error.code}`"]))
    return responses


def _errors(route: Route) -> set[type[ProblemError]]:
    errors = set(route.errors)
    errors |= _access_errors(route)
    if route.fresh:
        errors |= {ReauthenticationRequired}
    if route.body_model:
        errors |= {BadRequest, PayloadTooLarge, UnsupportedMediaType, Invalid}
    if route.query_model:
        errors |= {Invalid}
    if route.scope is None and route.access not in PLUGINS:
        errors |= {TokenNotAllowed}
    elif route.scope:
        errors |= {InsufficientScope}
    if route.limit:
        errors |= {RateLimited} | ({Unavailable} if route.limit.closed else set())
    if route.method in {"PATCH", "DELETE"}:
        errors |= {PreconditionFailed}
    return errors


def _access_errors(route: Route) -> set[type[ProblemError]]:
    if route.access in PLUGINS:
        unverified = route.access is Access.UNVERIFIED_PLUGIN
        return _SIGNED | (set() if unverified else {NotVerified, PluginOutdated})
    errors: set[type[ProblemError]] = set()
    if route.access is not Access.GUEST or route.method == "GET":
        errors |= {Unauthenticated}
    if route.access in STAFF or (route.access is not Access.GUEST and route.method != "GET"):
        errors |= {Forbidden}
    return errors


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
