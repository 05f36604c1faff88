"""What a check costs, hours and days included: at most 0.07 write units if nothing changed."""

from datetime import UTC, datetime

import pytest

from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.rounds import Report, RoundService
from tests.support.clock import FrozenClock
from tests.support.costs import Recorder, assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.uptime import FakeIcons, FakePinger, enrol, give_past, scheduled, steady_answers

ROUND = ["UpdateItem", "Query", "PutItem", "PutItem", "UpdateItem"]
ROUNDS_A_DAY, HOURS_A_DAY = 288, 24


@pytest.fixture
def clock() -> FrozenClock:
    """Seventy minutes to midnight, when roster 0 writes its day."""
    return FrozenClock(datetime(2026, 11, 22, 22, 50, tzinfo=UTC))


def test_an_unchanged_check_costs_less_than_a_tenth_of_a_write_unit(
    engine: Engine, clock: FrozenClock
) -> None:
    # Given a full roster of known servers that vary, but not visibly, each with a look of its own
    size = 100 if "PutItem" in engine.true_units else 3
    enrol(clock, size)
    give_past(0, clock(), size)
    worker = RoundService(RosterRepository(), FakePinger(steady_answers()), FakeIcons(), clock)

    def play() -> Recorder:
        with count_calls() as costs:
            report = worker.run(scheduled(clock))
        assert report == Report(asked=size, answered=size, shown=0 if clock() > start else size)
        clock.advance(minutes=5)
        return costs

    start = clock()
    play()

    # When rounds pass, one of them in a new hour and one in a new day
    usual, new_hour, *usuals = [play() for _ in range(13)]
    new_day = play()

    # Then each makes so many calls
    for costs in (usual, *usuals):
        assert_cost(costs, calls=5, operations=ROUND, write_units=6)
    assert_cost(new_hour, operations=[*ROUND[:2], "BatchWriteItem", *ROUND[2:]], write_units=8)
    writes = ["BatchWriteItem"] * (1 + -(-size // 25))
    day = [*ROUND[:2], writes[0], "Query", *writes[1:], *ROUND[2:]]
    assert_cost(new_day, operations=day, write_units=8 + size)

    # And over a day, everything included, a check costs a small part of a unit
    if engine.true_units:
        per_round = max(costs.write_units for costs in (usual, *usuals))
        per_hour = new_hour.write_units - per_round
        total = ROUNDS_A_DAY * per_round + HOURS_A_DAY * per_hour + new_day.write_units
        assert 0.06 < total / (ROUNDS_A_DAY * size) <= 0.07


def test_a_repeated_message_costs_one_refused_write(engine: Engine, clock: FrozenClock) -> None:
    enrol(clock)
    worker = RoundService(RosterRepository(), FakePinger(), FakeIcons(), clock)
    clock.advance(hours=6)
    worker.run(scheduled(clock))

    with count_calls() as costs:
        worker.run(scheduled(clock))

    assert_cost(costs, operations=["UpdateItem"])
