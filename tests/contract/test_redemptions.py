"""Handing over on every engine: what it costs, and that nothing is handed over twice."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from firstspawn.redemptions.repository import DeliveryRepository
from firstspawn.redemptions.schemas import (
    CheckRedemption,
    ExecuteRedemption,
    Outcome,
    Owed,
    RedemptionView,
)
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.plugins import Installed, Plugins
from tests.support.races import kinds, need_real_races, race
from tests.support.stacks import stack_on

ALEX = "069a79f4-44e9-4726-a5be-fca90e38aaf5"
ASK = CheckRedemption(playerUuid=ALEX, playerName="Alex")


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    built = stack_on(engine, clock)
    _ = built.plugins, built.plugin_installation, built.redemptions
    return built


@pytest.fixture
def plugins(stack: Container) -> Plugins:
    return Plugins(stack)


def owe(stack: Container, installed: Installed, redemption: str = "r1") -> None:
    """Owe Alex something."""
    owed = Owed(redemption, installed.server.id, ALEX, "Diamonds", "give {player} diamond")
    DeliveryRepository(lambda: "").owe(owed, stack.clock())


def form(lease: RedemptionView, outcome: Outcome, attempt: str = "attempt-1") -> ExecuteRedemption:
    """A report of a lease."""
    return ExecuteRedemption(
        redemptionId=lease.id, leaseId=lease.leaseId, playerUuid=ALEX, attempt=attempt,
        outcome=outcome,
    )  # fmt: skip


def lent(stack: Container, plugins: Plugins, installed: Installed) -> RedemptionView:
    """What an instance is lent."""
    lease = stack.redemptions.check(plugins.caller(installed), ASK).redemption
    assert lease
    return lease


def test_what_a_hand_over_costs(stack: Container, plugins: Plugins, clock: FrozenClock) -> None:
    # Given
    installed = plugins.active()
    caller = plugins.caller(installed)
    with count_calls() as nothing:
        stack.redemptions.check(caller, ASK)
    assert_cost(nothing, calls=1, operations=["Query"])
    owe(stack, installed)
    # When / Then
    with count_calls() as lent:
        lease = stack.redemptions.check(caller, ASK).redemption
    assert_cost(lent, calls=2, operations=["Query", "UpdateItem"], write_units=1)
    assert lease
    with count_calls() as started:
        assert stack.redemptions.execute(caller, form(lease, Outcome.STARTED)).proceed
    assert_cost(started, calls=1, operations=["TransactWriteItems"], write_units=4)
    with count_calls() as done:
        stack.redemptions.execute(caller, form(lease, Outcome.EXECUTED))
    assert_cost(done, calls=1, operations=["UpdateItem"], write_units=1)


def test_of_10_instances_one_is_lent_a_prize_and_one_attempt_starts(
    engine: Engine, stack: Container, plugins: Plugins
) -> None:
    need_real_races(engine)
    # Given
    first = plugins.active()
    every = [first] + [plugins.active(first.server, first.owner) for _ in range(9)]
    owe(stack, first)
    # When
    checks = [partial(stack.redemptions.check, plugins.caller(one), ASK) for one in every]
    found = [getattr(one, "redemption", None) for one in race(checks)]
    # Then
    assert sum(one is not None for one in found) == 1
    (holder,) = [one for one, lease in zip(every, found, strict=True) if lease]
    (lease,) = [one for one in found if one]
    forms = [form(lease, Outcome.STARTED, f"attempt-{number}") for number in range(12)]
    caller = plugins.caller(holder)
    outcomes = race([partial(stack.redemptions.execute, caller, one) for one in forms])
    assert kinds(outcomes) == {"RedemptionExecuted": 1, "AlreadyStarted": 11}


def test_a_lease_that_ended_is_taken_over_or_started_but_not_both(
    engine: Engine, stack: Container, plugins: Plugins, clock: FrozenClock
) -> None:
    need_real_races(engine)
    # Given a lease that has run out, its holder who starts now, and nine who ask
    first = plugins.active()
    others = [plugins.active(first.server, first.owner) for _ in range(9)]
    owe(stack, first)
    lease = lent(stack, plugins, first)
    clock.advance(minutes=15)
    start = partial(stack.redemptions.execute, plugins.caller(first), form(lease, Outcome.STARTED))
    steps: list[Callable[[], Any]] = [start]
    steps += [partial(stack.redemptions.check, plugins.caller(one), ASK) for one in others]
    # When
    started, *asked = race(steps)
    # Then
    taken = sum(getattr(one, "redemption", None) is not None for one in asked)
    assert taken + kinds([started]).get("RedemptionExecuted", 0) == 1


def test_an_attempt_ends_one_way_and_only_for_who_began_it(
    engine: Engine, stack: Container, plugins: Plugins
) -> None:
    need_real_races(engine)
    # Given an attempt that runs
    holder = plugins.active()
    other = plugins.active(holder.server, holder.owner)
    owe(stack, holder)
    lease, caller = lent(stack, plugins, holder), plugins.caller(holder)
    stack.redemptions.execute(caller, form(lease, Outcome.STARTED))
    # When others, and other attempts, tell of an end, nothing ends
    ends = (Outcome.EXECUTED, Outcome.FAILED, Outcome.UNCERTAIN)
    strange = [(plugins.caller(other), form(lease, end)) for end in ends]
    strange += [(caller, form(lease, end, "attempt-2")) for end in ends]
    outcomes = race([partial(stack.redemptions.execute, *one) for one in strange])
    assert kinds(outcomes) == {"LeaseLost": 3, "AlreadyStarted": 3}
    # And when it ends in three ways at once, one of them counts
    told = [form(lease, end) for end in ends] * 3
    outcomes = race([partial(stack.redemptions.execute, caller, one) for one in told])
    answered = {one.outcome for one, got in zip(told, outcomes, strict=True)
        if not isinstance(got, Exception)}  # fmt: skip
    assert len(answered) == 1
    assert kinds(outcomes) == {"RedemptionExecuted": 3, "LeaseLost": 6}
