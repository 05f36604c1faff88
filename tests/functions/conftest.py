"""The application on a mocked AWS: `client` calls it as API Gateway does, `accounts` fills it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from firstspawn import wiring
from firstspawn.clients.search import open_search
from firstspawn.config import Secrets, Settings
from firstspawn.db.item import connect
from firstspawn.wiring import Container
from functions.logs import logger
from tests.support.client import Client
from tests.support.clock import FrozenClock, RepeatableBytes
from tests.support.engines import REGION
from tests.support.factories import Accounts
from tests.support.permissions import under_role
from tests.support.table import create_table


@contextmanager
def new_table() -> Iterator[str]:
    """A table as long as the block runs."""
    with mock_aws():
        name = Settings().table
        create_table(boto3.client("dynamodb", region_name=REGION), name)
        connect(name, REGION)
        yield name


@pytest.fixture(scope="module")
def table() -> Iterator[str]:
    """A table shared by a module's tests: making one takes longer than most of them."""
    with new_table() as name:
        yield name


@pytest.fixture
def random_bytes(request: pytest.FixtureRequest) -> RepeatableBytes:
    """Randomness of each test's own: tests share a table."""
    return RepeatableBytes(request.node.nodeid)


@pytest.fixture
def stack(
    table: str,
    settings: Settings,
    secrets: Secrets,
    clock: FrozenClock,
    random_bytes: RepeatableBytes,
) -> Iterator[Container]:
    """The services on the module's table; what `container()` answers while the test runs."""
    # Time stands still and everybody has one address: limits in their place would be in the way.
    settings = settings.model_copy(update={"table": table, "rate_scale": 10_000})
    built = Container(settings, secrets, clock, random_bytes)
    built._connected = True  # the table's fixture did it: a client is made once a module
    wiring.use(built)
    yield built
    wiring.use(None)


@pytest.fixture
def client(stack: Container) -> Client:
    """A client of the whole application, through API Gateway's door, under its role."""
    from app import app

    return Client(under_role(app, "APIHandler"))


@pytest.fixture
def accounts(stack: Container) -> Accounts:
    """Makes accounts."""
    return Accounts(stack)


@pytest.fixture
def s3(stack: Container, request: pytest.FixtureRequest) -> Any:
    """A client of S3, with the bucket behind the container's settings: one of each module's own."""
    bucket: str = request.module.BUCKET
    stack.settings = stack.settings.model_copy(update={"media_bucket": bucket})
    client = boto3.client("s3", region_name=REGION)
    client.create_bucket(Bucket=bucket)
    return client


@pytest.fixture
def log(stack: Container, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the functions write to their log while the test runs: a JSON object a line."""
    written = io.StringIO()
    monkeypatch.setattr(logger().registered_handler, "stream", written)
    return written


@pytest.fixture
def indexed(stack: Container, tmp_path: Path) -> Iterator[Container]:
    """The stack with an empty index of its own."""
    engine = open_search(f"sqlite:///{tmp_path}/search.db")
    engine.prepare()
    stack.search_engine = engine
    yield stack
    engine.close()
