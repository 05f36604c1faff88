"""`stack`: the deployed platform the end-to-end tests talk to.

By default an embedded stack of the run's own, on free ports, whose accounts elsewhere are those of
stand-ins on this machine; with FIRSTSPAWN_E2E=localstack the one that
`python -m infra.deploy --stack localstack` left at AWS_ENDPOINT_URL.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.deploy import Target, emulators
from infra.deploy import stack as cloudformation
from infra.local.handle import StackHandle, embedded_stack
from infra.local.ports import Ports
from tests.e2e import browser
from tests.e2e.providers import StandIns, stand_ins
from tests.support.oauth_providers import CLIENT, SECRET

_FIRST_PORT = 8080
_OURS = {
    "DiscordClientId": CLIENT, "GoogleClientId": CLIENT, "EpicClientId": CLIENT,
    "SteamEnabled": "true",
}  # fmt: skip


def _is_embedded() -> bool:
    return os.environ.get("FIRSTSPAWN_E2E") != "localstack"


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[StandIns]:
    """The stand-ins of Discord, Google, Epic and Steam."""
    if not _is_embedded():
        pytest.skip("a stack deployed before has no stand-ins to sign in with")
    with stand_ins() as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say whether there was a browser, so that an absent one is never taken for a pass."""
    absent = browser.missing()
    outcome = f"ABSENT: {absent} (apt-get install chromium chromium-driver)" if absent else "there"
    terminalreporter.write_line(f"browser: {outcome}", bold=True)


@pytest.fixture(scope="session")
def frontend_page() -> Iterator[str]:
    """The origin of a frontend's page that the stack knows."""
    if not _is_embedded():
        pytest.skip("a stack deployed before does not know our page")
    with browser.frontend() as origin:
        yield origin


@pytest.fixture(scope="session")
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StackHandle]:
    """The stack under test, empty at the start of the run."""
    if not _is_embedded():
        yield _deployed_on_localstack()
        return
    log: Path = tmp_path_factory.mktemp("stack") / "log"
    variables = request.getfixturevalue("elsewhere").variables
    page = request.getfixturevalue("frontend_page")
    parameters = {**_OURS, "CorsOrigins": f"http://localhost:3000,{page}"}
    with embedded_stack(
        Ports.free(_FIRST_PORT), log=log, parameters=parameters, variables=variables
    ) as running:
        _register_with_providers(running.target)
        yield running


def _register_with_providers(target: Target) -> None:
    """Add what the providers know the stack by to its keys, before a function reads them."""
    ssm = target.client("ssm")
    found = ssm.get_parameter(Name=target.secrets_parameter, WithDecryption=True)
    keys = json.loads(found["Parameter"]["Value"])
    keys |= {f"{name}ClientSecret": SECRET for name in ("discord", "google", "epic")}
    ssm.put_parameter(
        Name=target.secrets_parameter, Value=json.dumps(keys), Type="SecureString", Overwrite=True
    )


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
        plugin_url=emulators.plugin_url(target, outputs),
    )
