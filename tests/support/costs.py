"""What an operation costs: every DynamoDB call it makes, and the units the engine says it used.

    with count_calls() as costs:
        service.refresh(token)
    assert_cost(costs, calls=1, operations=["UpdateItem"], write_units=1)

Calls are counted where botocore sends them, so PynamoDB's, boto3's and every thread's are seen; a
retry inside botocore is part of its call. Calls and operations are asserted on every engine; units
only where the engine tells the truth about them, which was measured and is pinned by
`tests/contract/test_costs.py` (see docs/testing.md).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.support.engines import engine_at

READS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"})
WRITES = frozenset({"BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"})


@dataclass(frozen=True)
class Call:
    """One call. `units` is what the engine reported (0 if nothing); `error` the code it failed
    with, if it did: then engines report no units although AWS bills them.
    """

    operation: str
    endpoint: str
    table: str = ""
    index: str = ""
    units: float = 0.0
    error: str = ""

    @property
    def target(self) -> str:
        """Table, or `table/index`."""
        return f"{self.table}/{self.index}" if self.index else self.table


@dataclass
class Recorder:
    """The calls of a `count_calls` block, in the order they were answered."""

    calls: list[Call] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, call: Call) -> None:
        """Note a call; calls may come from many threads."""
        with self._lock:
            self.calls.append(call)

    @property
    def operations(self) -> list[str]:
        """Names of the calls, in order."""
        return [call.operation for call in self.calls]

    @property
    def reads(self) -> list[Call]:
        """Calls that read items."""
        return [call for call in self.calls if call.operation in READS]

    @property
    def writes(self) -> list[Call]:
        """Calls that write items."""
        return [call for call in self.calls if call.operation in WRITES]

    @property
    def read_units(self) -> float:
        """Read units as reported: true only where `Engine.true_units` has the operations."""
        return sum(call.units for call in self.reads)

    @property
    def write_units(self) -> float:
        """Write units as reported, indexes included: true only as `read_units` says."""
        return sum(call.units for call in self.writes)


@contextmanager
def count_calls() -> Iterator[Recorder]:
    """Record every DynamoDB call of this process while the block runs."""
    recorder = Recorder()
    send = BaseClient._make_api_call

    def counted(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if client.meta.service_model.service_name != "dynamodb":
            return send(client, operation, arguments)
        if operation in READS | WRITES:
            arguments = {**arguments, "ReturnConsumedCapacity": "INDEXES"}
        try:
            answer = send(client, operation, arguments)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            recorder.add(_call(client, operation, arguments, {}, code))
            raise
        recorder.add(_call(client, operation, arguments, answer))
        return answer

    with patch.object(BaseClient, "_make_api_call", counted):
        yield recorder


def assert_cost(
    recorder: Recorder,
    *,
    calls: int | None = None,
    operations: Sequence[str] | None = None,
    read_units: float | None = None,
    write_units: float | None = None,
) -> None:
    """Assert the exact number and names of calls, and units at most (where they are true)."""
    seen = ", ".join(f"{call.operation} {call.target} {call.units:g}" for call in recorder.calls)
    if calls is not None:
        assert len(recorder.calls) == calls, f"{len(recorder.calls)} calls, not {calls}: {seen}"
    if operations is not None:
        assert recorder.operations == list(operations), f"calls made: {seen}"
    if read_units is not None and _are_true(recorder.reads):
        assert recorder.read_units <= read_units, f"{recorder.read_units:g} read units: {seen}"
    if write_units is not None and _are_true(recorder.writes):
        assert recorder.write_units <= write_units, f"{recorder.write_units:g} write units: {seen}"


def _are_true(calls: Sequence[Call]) -> bool:
    return all(call.operation in engine_at(call.endpoint).true_units for call in calls)


def _call(
    client: Any, operation: str, arguments: dict[str, Any], answer: dict[str, Any], error: str = ""
) -> Call:
    consumed = answer.get("ConsumedCapacity") or []
    parts = consumed if isinstance(consumed, list) else [consumed]
    return Call(
        operation=operation,
        endpoint=client.meta.endpoint_url,
        table=arguments.get("TableName") or ",".join(_tables(arguments)),
        index=arguments.get("IndexName", ""),
        units=sum(part.get("CapacityUnits", 0.0) for part in parts),
        error=error,
    )


def _tables(arguments: dict[str, Any]) -> list[str]:
    in_transaction = (
        action["TableName"]
        for item in arguments.get("TransactItems", ())
        for action in item.values()
    )
    return sorted({*arguments.get("RequestItems", ()), *in_transaction})
