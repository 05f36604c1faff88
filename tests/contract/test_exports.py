"""Exports on every engine: one at a time whoever asks how often, one mail, and what it costs."""

from functools import partial
from io import BytesIO
from typing import IO
from unittest.mock import Mock

import pytest

from firstspawn.auth.models import EmailToken
from firstspawn.exports.archive import write_archive
from firstspawn.exports.errors import ExportUnderWay
from firstspawn.exports.schemas import ExportMessage, ExportView
from firstspawn.exports.service import ExportService
from firstspawn.servers.personal_repository import server_facts
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.factories import Account, Accounts
from tests.support.races import kinds, need_real_races, race
from tests.support.servers import Owners
from tests.support.stacks import stack_on


class Shelf:
    """A bucket in memory."""

    def __init__(self) -> None:
        self.files: list[int] = []

    def write_file(self, key: str, file: IO[bytes], content_type: str) -> None:
        assert (key.startswith("exports/"), content_type) == (True, "application/zip")
        self.files.append(len(file.read()))


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    _ = built.exports, built.auth, built.access_tokens
    built.exports._bucket = Mock(wraps=Shelf())
    return built


@pytest.fixture
def account(stack: Container) -> Account:
    return Accounts(stack).create()


def wanted(exports: ExportService, account: Account) -> ExportMessage:
    return ExportMessage(userId=account.id, exportId=exports.request(account.caller).id)


def links(account: Account) -> int:
    return len(list(EmailToken.scan(EmailToken.userId == account.id)))


def test_of_12_wishes_at_once_one_is_granted_day_after_day(
    engine: Engine, stack: Container, account: Account, clock: FrozenClock
) -> None:
    need_real_races(engine)
    for _ in range(3):
        # When
        outcomes = race([partial(stack.exports.request, account.caller)] * 12)
        # Then
        assert kinds(outcomes) == {"ExportView": 1, "ExportUnderWay": 11}
        clock.advance(days=1)


def test_one_message_told_8_times_at_once_is_one_mail(
    engine: Engine, stack: Container, account: Account
) -> None:
    need_real_races(engine)
    # Given
    message = wanted(stack.exports, account)
    # When
    outcomes = race([partial(stack.exports.make, message)] * 8)
    # Then
    assert kinds(outcomes) == {"bool": 8}
    assert outcomes.count(True) == 1
    assert links(account) == 1


def test_what_an_export_costs(stack: Container, account: Account) -> None:
    # When / Then
    with count_calls() as costs:
        message = wanted(stack.exports, account)
    assert_cost(costs, operations=["PutItem"], write_units=1)
    with count_calls() as costs, pytest.raises(ExportUnderWay):
        stack.exports.request(account.caller)
    assert_cost(costs, operations=["PutItem", "GetItem"], read_units=1)
    with count_calls() as costs:
        assert isinstance(stack.exports.state(account.caller), ExportView)
    assert_cost(costs, operations=["GetItem"], read_units=1)
    with count_calls() as costs:
        assert stack.exports.make(message)
    assert costs.operations[-2:] == ["GetItem", "TransactWriteItems"]
    assert len(costs.writes) == 1
    assert_cost(costs, write_units=4)


def test_servers_are_read_while_they_are_written(stack: Container, owners: Owners) -> None:
    # Given
    owner, _ = owners.server()
    file = BytesIO()
    # When
    with count_calls() as costs:
        rows = server_facts(owner.userId, stack.clock())
        assert costs.operations == []
        write_archive(file, {"servers": lambda _: rows}, owner.userId, stack.clock())
    # Then
    assert_cost(costs, operations=["Query"])
