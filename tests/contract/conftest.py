"""The same cases on every engine: `engine` gives each test module a fresh table on each of them.

An engine that is not up is skipped and named in the summary; `FIRSTSPAWN_REQUIRE_ENGINES=1`
makes that a failure.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from firstspawn.config import Secrets, Settings
from firstspawn.db.item import Item, connect
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock, RepeatableBytes
from tests.support.engines import (
    DYNAMODB_LOCAL,
    DYNAMODB_URL,
    DYNAMODBS,
    MINISTACK,
    MOTO,
    OPENSEARCH_URL,
    REGION,
    REQUIRED,
    Engine,
    absent_engines,
    real_engines,
    remember,
)
from tests.support.ministack import running_ministack
from tests.support.moderation import Staff
from tests.support.races import need_real_races
from tests.support.reviews import Critics
from tests.support.servers import Owners
from tests.support.table import create_table

First = Callable[[type, str, Callable[[], Any]], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse to start if engines are required and not there; show search tests where theirs is."""
    if items and os.environ.get(REQUIRED) == "1" and absent_engines():
        raise pytest.UsageError(f"{REQUIRED}=1, but absent: {', '.join(absent_engines())}")
    for variable, name in ((DYNAMODB_URL, "dynamodb-local"), (OPENSEARCH_URL, "opensearch")):
        os.environ[variable] = real_engines().get(name, "")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which engines the contract ran on, so that an absent one is never taken for a pass."""
    asked: set[str] = set()
    for report in terminalreporter.getreports("passed"):
        parameters = report.nodeid.partition("[")[2]
        asked.update(engine.name for engine in DYNAMODBS if engine.name in parameters)
    shown = [f"{engine.name} {_outcome(engine.name, asked)}" for engine in DYNAMODBS]
    opensearch = "up" if "opensearch" in real_engines() else _outcome("opensearch", asked)
    shown.append(f"opensearch {opensearch}")
    terminalreporter.write_line(f"engines: {', '.join(shown)}", bold=True)


def _outcome(name: str, asked: set[str]) -> str:
    if name in absent_engines():
        return "ABSENT (run make engines)"
    return "ok" if name in asked else "not asked for"


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a MiniStack that lives as long as the test run."""
    with running_ministack(tmp_path_factory.mktemp("ministack")) as url:
        yield url


@pytest.fixture(scope="module", params=DYNAMODBS, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A DynamoDB with a fresh table of the deployed schema, and the items connected to it."""
    kind: Engine = request.param
    table = f"test-{uuid4().hex[:12]}"
    with pytest.MonkeyPatch.context() as environment:
        if kind is MOTO:
            with mock_aws():
                yield _connected(kind, table, "")
            return
        endpoint = _endpoint(kind, request)
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
        yield _connected(kind, table, endpoint)
        _client(endpoint).delete_table(TableName=table)


@pytest.fixture(scope="module")
def patient(engine: Engine) -> Iterator[None]:
    """Wait longer than a function would: DynamoDB Local takes fifty transactions one by one, and an
    update that is sent again would be counted again. Skips on moto, which decides no race.
    """
    need_real_races(engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Item.Meta, "read_timeout_seconds", 90)
        connect(engine.table, REGION, engine.endpoint)
        yield
    connect(engine.table, REGION, engine.endpoint)


@pytest.fixture
def stack(
    engine: Engine,
    settings: Settings,
    secrets: Secrets,
    clock: FrozenClock,
    request: pytest.FixtureRequest,
) -> Container:
    """The services on the engine's table, with randomness of each test's own."""
    settings = settings.model_copy(update={"table": engine.table})
    built = Container(settings, secrets, clock, RepeatableBytes(request.node.nodeid))
    built._connected = True  # the engine's fixture did it
    return built


@pytest.fixture
def owners(stack: Container) -> Owners:
    """Makes owners and their servers."""
    return Owners(stack)


@pytest.fixture
def critics(stack: Container) -> Critics:
    """Makes people, their servers and what they write of each other's."""
    return Critics(stack)


@pytest.fixture
def staff(stack: Container) -> Staff:
    """The staff at work."""
    return Staff(stack)


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> First:
    """Let something happen just before a method's next call goes on, once."""

    def hold(owner: type, name: str, deed: Callable[[], Any]) -> None:
        method, pending = getattr(owner, name), [deed]

        def held(*arguments: Any, **options: Any) -> Any:
            while pending:
                pending.pop()()
            return method(*arguments, **options)

        monkeypatch.setattr(owner, name, held)

    return hold


def _endpoint(kind: Engine, request: pytest.FixtureRequest) -> str:
    if kind is MINISTACK:
        return str(request.getfixturevalue("ministack"))
    if kind.name not in real_engines():
        pytest.skip(f"{DYNAMODB_LOCAL.name} is absent (run make engines)")
    return real_engines()[kind.name]


def _connected(kind: Engine, table: str, endpoint: str) -> Engine:
    create_table(_client(endpoint), table, stream=False)
    connect(table, REGION, endpoint or None)
    engine = replace(kind, endpoint=endpoint, table=table)
    if endpoint:
        remember(engine)
    return engine


def _client(endpoint: str) -> "boto3.client":
    return boto3.client("dynamodb", region_name=REGION, endpoint_url=endpoint or None)
