"""The OpenAPI document is valid, and is the routes: nothing more, nothing less."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app import app
from functions.http.access import PLUGINS, PUBLIC, Access
from functions.http.openapi import openapi_json
from tests.support.client import Client

DOCUMENT: dict[str, Any] = json.loads(openapi_json())
SHOWN = [route for route in app.declared if not route.hidden]
OPERATIONS = {
    (method.upper(), path): operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def test_the_document_is_valid_openapi_3_1() -> None:
    # When
    errors = list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors())
    # Then
    assert errors == []
    assert DOCUMENT["openapi"] == "3.1.0"


def test_the_document_describes_the_declared_routes_and_no_others() -> None:
    assert OPERATIONS.keys() == {(route.method, route.path) for route in SHOWN}


def test_hidden_routes_are_the_sites_alone() -> None:
    assert {route.path for route in app.declared if route.hidden} == {
        "/health", "/health/{part}", "/docs", "/docs/{asset}", "/api/v1/openapi.json"
    }  # fmt: skip


def test_every_operation_can_be_named_and_read() -> None:
    # When
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    # Then
    assert len(names) == len(set(names))
    assert all(operation["summary"].endswith(".") for operation in OPERATIONS.values())
    assert all(len(operation["tags"]) == 1 for operation in OPERATIONS.values())


@pytest.mark.parametrize("route", SHOWN, ids=lambda route: f"{route.method} {route.path}")
def test_an_operation_tells_its_errors_its_access_and_its_answer(route: Any) -> None:
    # Given
    operation = OPERATIONS[route.method, route.path]
    responses = operation["responses"]
    # Then
    for error in route.errors:
        assert f"`{error.code}`" in responses[str(error.status)]["description"]
    assert ("security" in operation) == (route.access is not Access.GUEST)
    if route.access is not Access.GUEST or route.method == "GET":
        assert "401" in responses
    programs = [scopes for one in operation.get("security", []) for scopes in [one.get("apiToken")]]
    assert [route.scope] in programs if route.scope else [route.scope] not in programs
    refusal = "insufficient_scope" if route.scope else "token_not_allowed"
    if route.scope != PUBLIC and route.access not in PLUGINS:
        assert f"`{refusal}`" in responses["403"]["description"]
    assert ("requestBody" in operation) == (route.body_model is not None)
    if route.body_model:
        assert {"400", "413", "415", "422"} <= responses.keys()
    success = responses[str(route.status)]
    assert ("content" in success) == (route.response_model is not None)
    for status, response in responses.items():
        if status >= "400":
            assert list(response["content"]) == ["application/problem+json"]


def test_a_body_that_may_be_left_out_is_not_demanded() -> None:
    assert OPERATIONS["POST", "/api/v1/auth/refresh"]["requestBody"]["required"] is False
    assert OPERATIONS["POST", "/api/v1/auth/login"]["requestBody"]["required"] is True


def test_no_output_model_shows_a_secret() -> None:
    # Given
    inputs = {"Register", "Login", "VerifyEmail", "Refresh", "ResetPassword", "ChangePassword",
        "Reauthenticate"}  # fmt: skip
    # When
    shown = {
        field.lower()
        for name, schema in DOCUMENT["components"]["schemas"].items()
        if name not in inputs
        for field in schema.get("properties", {})
    }
    # Then
    assert not {field for field in shown if "password" in field or "hash" in field}


def test_the_document_is_served(client: Client) -> None:
    # When
    answer = client.get("/openapi.json")
    # Then
    assert answer.json == DOCUMENT
    assert answer.headers["content-type"] == "application/json"


def test_the_command_prints_the_document_alone() -> None:
    # Given
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root), str(root / "layers/core/python")])
    # When
    done = subprocess.run(
        [sys.executable, "-m", "infra.openapi"],
        cwd=root, env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    # Then
    assert json.loads(done.stdout) == DOCUMENT
