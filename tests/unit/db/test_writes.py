"""Writes are tried again when that can help, never when it would change what they mean."""

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from firstspawn.db import keys, writes
from firstspawn.db.item import Item, connect
from firstspawn.errors import Conflict, Unavailable
from firstspawn.users.models import UsernameGuard

Reply = Callable[[str, dict[str, Any]], dict[str, Any]]
KEY = keys.username("somebody")


def failure(operation: str, code: str, *reasons: str) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": code}}
    if reasons:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(response, operation)


class Table:
    """Stands where botocore sends: answers from a script, keeps what it was asked."""

    def __init__(self, *script: dict[str, Any] | Exception) -> None:
        self.script, self.asked = list(script), list[dict[str, Any]]()

    def __call__(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(arguments)
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def connected() -> Iterator[None]:
    connect("unit", "us-east-1", "http://127.0.0.1:1")
    yield
    Item._connection = None


def playing(table: Table) -> Any:
    return patch.object(BaseClient, "_make_api_call", table)


def renamed(pauses: list[float]) -> writes.Transaction:
    transaction = writes.Transaction(pauses.append)
    transaction.put(UsernameGuard.at(KEY, userId="1"), Item.PK.does_not_exist(), Conflict("taken"))
    return transaction


CONFLICT = failure("TransactWriteItems", "TransactionCanceledException", "TransactionConflict")


@pytest.mark.parametrize(
    "reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]
)
def test_a_transaction_that_met_another_is_sent_again_as_a_new_one(reason: str) -> None:
    # Given
    pauses: list[float] = []
    busy = failure("TransactWriteItems", "TransactionCanceledException", reason)
    table = Table(busy, busy, {})
    # When
    with playing(table):
        renamed(pauses).commit()
    # Then
    assert len(table.asked) == 3
    assert len({asked["ClientRequestToken"] for asked in table.asked}) == 3
    assert len(pauses) == 2
    assert all(0 <= pause <= 0.04 for pause in pauses)


def test_a_transaction_still_in_progress_keeps_its_token() -> None:
    # Given
    table = Table(failure("TransactWriteItems", "TransactionInProgressException"), {})
    # When
    with playing(table):
        renamed([]).commit()
    # Then
    assert len({asked["ClientRequestToken"] for asked in table.asked}) == 1


def test_a_transaction_that_never_gets_through_is_unavailable() -> None:
    # Given
    table, pauses = Table(CONFLICT), list[float]()
    # When
    with playing(table), pytest.raises(Unavailable) as raised:
        renamed(pauses).commit()
    # Then
    assert (raised.value.code, raised.value.headers) == ("write_contention", {"Retry-After": "1"})
    assert len(table.asked) == len(pauses) + 1 == 8


def test_a_failed_condition_is_never_tried_again() -> None:
    # Given one write in conflict and another's condition failed: the condition is the answer
    table = Table(
        failure(
            "TransactWriteItems", "TransactionCanceledException",
            "TransactionConflict", "ConditionalCheckFailed",
        )
    )  # fmt: skip
    transaction = renamed([])
    taken = UsernameGuard.at(keys.username("other"), userId="1")
    transaction.put(taken, Item.PK.does_not_exist(), Conflict("other"))
    # When
    with playing(table), pytest.raises(Conflict, match="other"):
        transaction.commit()
    # Then
    assert len(table.asked) == 1


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException"])
def test_what_no_retry_can_help_is_raised_as_it_is(code: str) -> None:
    # Given
    table = Table(failure("TransactWriteItems", code))
    # When / Then
    for send in (renamed([]).commit, lambda: writes.put(UsernameGuard.at(KEY, userId="1"))):
        with playing(table), pytest.raises(PynamoDBException) as raised:
            send()
        assert raised.value.cause_response_code == code
    assert len(table.asked) == 2


@pytest.mark.parametrize("write", ["put", "update", "delete"])
def test_a_single_write_waits_for_the_transaction_that_holds_its_item(
    write: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(writes, "_BACKOFF_SECONDS", 0)
    table = Table(failure("UpdateItem", "TransactionConflictException"), {"Attributes": {}})
    item = UsernameGuard.at(KEY, userId="1")
    # When
    with playing(table):
        if write == "update":
            writes.update(item, [UsernameGuard.userId.set("2")], None)
        else:
            getattr(writes, write)(item)
    # Then
    assert len(table.asked) == 2


def test_a_single_write_that_never_gets_through_is_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given
    monkeypatch.setattr(writes, "_BACKOFF_SECONDS", 0)
    table = Table(failure("PutItem", "TransactionConflictException"))
    # When / Then
    with playing(table), pytest.raises(Unavailable):
        writes.put(UsernameGuard.at(KEY, userId="1"))
    assert len(table.asked) == 8


def test_a_write_that_nobody_answers_is_told_as_that() -> None:
    # Given a table that cannot be reached in time
    table = Table(ReadTimeoutError(endpoint_url="http://table"))
    # When / Then
    for send in (renamed([]).commit, lambda: writes.put(UsernameGuard.at(KEY, userId="1"))):
        with playing(table), pytest.raises(PynamoDBException) as raised:
            send()
        assert isinstance(raised.value.cause, ReadTimeoutError)
    assert len(table.asked) == 2
