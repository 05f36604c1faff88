"""What a sync costs on every engine: ceil(N/100) reads, ceil(N/99) transactions, and one more."""

from math import ceil

import pytest

from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import MOTO, Engine
from tests.support.playtime import Plugin, everybody, fake_shelf
from tests.support.servers import Owners


@pytest.fixture
def plugin(stack: Container, owners: Owners) -> Plugin:
    fake_shelf(stack)
    return Plugin(owners.server()[1].id)


@pytest.mark.parametrize("number", [1, 99, 100, 198, 1000])
def test_a_sync_of_n_players_costs_what_it_may(
    engine: Engine, stack: Container, clock: FrozenClock, plugin: Plugin, number: int
) -> None:
    if engine.name == MOTO.name and number > 10:
        pytest.skip("moto copies its whole table for each transaction")
    # Given players nobody has seen, and a process that knows nothing of the server
    sent = everybody(range(number * 1000, number * 1001), clock())
    # When
    with count_calls() as costs:
        result = stack.playtime.sync(plugin, sent)
    # Then
    assert result.players == number
    assert result.activeSeconds > 0
    assert (result.heldSeconds, result.refusedSeconds) == (0, 0)
    assert len(costs.reads) <= ceil(number / 100) + 1
    assert len(costs.writes) == ceil(number / 99)
    assert_cost(costs, read_units=0.5 * number + 4, write_units=2 * number + 2 * len(costs.writes))
