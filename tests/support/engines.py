"""The engines the contract tests run on: which there are, which are up, what they tell truly."""

import os
from dataclasses import dataclass
from functools import cache

from infra.engines.catalog import ENGINES
from infra.engines.daemon import running

REGION = "us-east-1"
DYNAMODB_URL = "FIRSTSPAWN_TEST_DYNAMODB_URL"
OPENSEARCH_URL = "FIRSTSPAWN_TEST_OPENSEARCH_URL"
REQUIRED = "FIRSTSPAWN_REQUIRE_ENGINES"

_SINGLE_WRITES = frozenset({"BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"})


@dataclass(frozen=True)
class Engine:
    """A DynamoDB. `true_units` are the operations whose consumed units it reports as AWS does.

    Measured 2026-11: moto answers constants. MiniStack counts writes and transactions like AWS,
    but every read up to a page as one unit, and batch reads not at all. DynamoDB Local counts
    reads and single writes like AWS, but one transactional put as 4 instead of 2, and three of
    them as 4 instead of 6.
    """

    name: str
    true_units: frozenset[str]
    endpoint: str = ""
    table: str = ""


MOTO = Engine("moto", frozenset())
MINISTACK = Engine("ministack", _SINGLE_WRITES | {"TransactWriteItems"})
DYNAMODB_LOCAL = Engine(
    "dynamodb-local",
    _SINGLE_WRITES | {"BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"},
)
DYNAMODBS = (MOTO, MINISTACK, DYNAMODB_LOCAL)

_at: dict[str, Engine] = {}


@cache
def real_engines() -> dict[str, str]:
    """Return name -> address of the real engines: by environment, else as `make engines` left them.

    A given address that does not answer counts as absent. Looked up once per test run.
    """
    left = running()
    given = {engine: os.environ.get(engine.variable, "").rstrip("/") for engine in ENGINES}
    return {
        engine.name: url or left[engine.variable]
        for engine, url in given.items()
        if (engine.is_up(url) if url else engine.variable in left)
    }


def absent_engines() -> list[str]:
    """Names of the real engines that are not up."""
    return [engine.name for engine in ENGINES if engine.name not in real_engines()]


def remember(engine: Engine) -> None:
    """Note which engine answers at an address, so that `engine_at` can tell."""
    _at[engine.endpoint] = engine


def engine_at(endpoint: str) -> Engine:
    """Tell which engine a client talked to. Raises LookupError for an address nobody announced."""
    if endpoint.endswith(".amazonaws.com"):
        return MOTO  # nothing leaves the machine in a test, so an AWS address is a mocked one
    if endpoint not in _at:
        raise LookupError(f"no engine is known at {endpoint}: remember() it")
    return _at[endpoint]
