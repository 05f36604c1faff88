"""`stack`: the deployed platform the end-to-end tests talk to.

By default an embedded stack of the run's own, on free ports; with FIRSTSPAWN_E2E=localstack
the one that `python -m infra.deploy --stack localstack` left at AWS_ENDPOINT_URL.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.deploy import Target, emulators
from infra.deploy import stack as cloudformation
from infra.local.handle import StackHandle, embedded_stack
from infra.local.ports import Ports

_FIRST_PORT = 8080


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackHandle]:
    """The stack under test, empty at the start of the run."""
    if os.environ.get("FIRSTSPAWN_E2E") == "localstack":
        yield _deployed_on_localstack()
        return
    log: Path = tmp_path_factory.mktemp("stack") / "log"
    with embedded_stack(Ports.free(_FIRST_PORT), log=log) as running:
        yield running


@pytest.fixture
def needs_websockets(stack: StackHandle) -> None:
    """Skip where the engine has no websockets: LocalStack's free code."""
    if not stack.websocket_url:
        pytest.skip("LocalStack's free code has no API Gateway v2")


def _deployed_on_localstack() -> StackHandle:
    target = Target.from_environment("localstack", "dev", {})
    outputs = cloudformation.outputs(target.client("cloudformation"), target.name)
    configuration = target.client("lambda").get_function_configuration(
        FunctionName=f"{target.name}-api_handler"
    )
    return StackHandle(
        target=target,
        api_url=emulators.rest_url(target),
        outputs=outputs,
        environment=configuration["Environment"]["Variables"],
        websocket_url=outputs.get("WebsocketUrl", ""),
    )
