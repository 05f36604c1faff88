"""Conditional writes: one item or a transaction, each condition with the error it stands for."""

import random
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

from pynamodb.exceptions import PynamoDBConnectionError, PynamoDBException, TransactWriteError
from pynamodb.transactions import TransactWrite

from firstspawn.db.item import Item
from firstspawn.errors import ProblemError, Unavailable

_CONDITION_FAILED = "ConditionalCheckFailed"
_TRANSIENT = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_ATTEMPTS = 8
_BACKOFF_SECONDS = 0.02

Pause = Callable[[float], None]


class ConditionFailed(Exception):
    """A condition did not hold and the caller named no error for it."""


class _Step(NamedTuple):
    kind: str
    item: Item
    actions: list[Any] | None
    condition: Any
    otherwise: ProblemError | None


def put(item: Item, condition: Any = None, otherwise: ProblemError | None = None) -> None:
    """Store one item: one call. Raises `otherwise` (or ConditionFailed) if the condition fails."""
    _one(lambda: item.save(condition), otherwise)


def update(
    item: Item, actions: list[Any], condition: Any, otherwise: ProblemError | None = None
) -> None:
    """Change one item and load its new state into `item`: one call. Raises as `put`."""
    _one(lambda: item.update(actions, condition), otherwise)


def delete(item: Item, condition: Any = None) -> None:
    """Remove one item, there or not: one call. Raises ConditionFailed."""
    _one(lambda: item.delete(condition), None)


def _one(
    send: Callable[[], object], otherwise: ProblemError | None, pause: Pause = time.sleep
) -> None:
    """Send one write, again while a transaction holds its item: the SDK does not do that."""
    for attempt in range(_ATTEMPTS):
        try:
            send()
        except PynamoDBConnectionError as error:
            code = _code(error)
            if code == "ConditionalCheckFailedException":
                raise (otherwise or ConditionFailed(str(error))) from error
            if code != "TransactionConflictException":
                raise
        else:
            return
        _rest(attempt, pause)
    raise _contention()


def _code(error: PynamoDBException) -> str | None:
    """What DynamoDB calls it; None if no answer came (PynamoDB's own property fails then)."""
    return error.cause_response_code if getattr(error.cause, "response", None) else None


def _rest(attempt: int, pause: Pause) -> None:
    if attempt + 1 < _ATTEMPTS:
        pause(random.uniform(0, _BACKOFF_SECONDS * 2**attempt))  # noqa: S311 -- jitter


def _contention() -> Unavailable:
    return Unavailable(code="write_contention", retry_after=1)


class Transaction:
    """Collects writes, then commits all or none of them in one call.

    Each write carries the error that its failed condition means. Conflicts with other
    transactions are tried again with growing, jittered pauses.
    """

    def __init__(self, pause: Pause = time.sleep) -> None:
        self._pause = pause
        self._steps: list[_Step] = []

    def put(self, item: Item, condition: Any = None, otherwise: ProblemError | None = None) -> None:
        """Store an item."""
        self._steps.append(_Step("put", item, None, condition, otherwise))

    def update(
        self,
        item: Item,
        actions: list[Any],
        condition: Any = None,
        otherwise: ProblemError | None = None,
    ) -> None:
        """Change an item; unlike `writes.update` this does not load its new state."""
        self._steps.append(_Step("update", item, actions, condition, otherwise))

    def delete(
        self, item: Item, condition: Any = None, otherwise: ProblemError | None = None
    ) -> None:
        """Remove an item."""
        self._steps.append(_Step("delete", item, None, condition, otherwise))

    def check(self, item: Item, condition: Any, otherwise: ProblemError | None = None) -> None:
        """Demand that a condition holds for an item this transaction does not write."""
        self._steps.append(_Step("check", item, None, condition, otherwise))

    def extend(self, *parts: "Extend | None") -> None:
        """Let others add their writes, each in its turn."""
        for part in parts:
            if part is not None:
                part(self)

    def commit(self) -> None:
        """Write everything. Raises the first failed condition's error, else ConditionFailed.

        Raises Unavailable when other transactions kept the items busy through every attempt.
        """
        token = uuid4().hex
        for attempt in range(_ATTEMPTS):
            try:
                self._send(token)
            except TransactWriteError as error:
                if not self._may_retry(error):
                    raise
                # One still in progress keeps its token, or it would meet its own writes.
                token = uuid4().hex if error.cancellation_reasons else token
            else:
                return
            _rest(attempt, self._pause)
        raise _contention()

    def _send(self, token: str) -> None:
        connection = Item._get_connection().connection  # noqa: SLF001
        with TransactWrite(client_request_token=token, connection=connection) as batch:
            for kind, item, actions, condition, _ in self._steps:
                if kind == "put":
                    batch.save(item, condition)
                elif kind == "update":
                    batch.update(item, actions or [], condition)
                elif kind == "delete":
                    batch.delete(item, condition)
                else:
                    batch.condition_check(type(item), item.PK, item.SK, condition)

    def _may_retry(self, error: TransactWriteError) -> bool:
        """Raise what the cancellation means, or tell that trying again can help."""
        # PynamoDB sends the writes grouped in this order, and the reasons follow it.
        sent = [step for kind in ("check", "delete", "put", "update") for step in self._steps
                if step.kind == kind]  # fmt: skip
        failed = [
            step
            for step, reason in zip(sent, error.cancellation_reasons, strict=False)
            if reason and reason.code == _CONDITION_FAILED
        ]
        if failed:
            first = min(failed, key=self._steps.index)
            raise (first.otherwise or ConditionFailed(first.item.PK)) from error
        codes = {reason.code for reason in error.cancellation_reasons if reason}
        return bool(codes & _TRANSIENT) or _code(error) in {
            "TransactionConflictException",
            "TransactionInProgressException",
        }


# Adds a feature's writes and checks to a transaction that another one commits.
Extend = Callable[[Transaction], None]
