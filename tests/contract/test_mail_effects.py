"""The lease that sends a mail once, on every DynamoDB."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from firstspawn.effects.errors import EffectBusy
from firstspawn.effects.repository import EffectRepository
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine

THREADS = 20
LEASE = timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def effects() -> EffectRepository:
    return EffectRepository("mail", LEASE)


@pytest.fixture
def event() -> str:
    return uuid4().hex


def test_of_racing_workers_one_gets_the_lease(
    effects: EffectRepository, event: str, clock: FrozenClock
) -> None:
    # Given as many deliveries of one message as there are workers
    barrier = Barrier(THREADS)

    def claim(worker: int) -> str:
        barrier.wait()
        try:
            return "claimed" if effects.claim(event, f"worker {worker}", clock()) else "done"
        except EffectBusy:
            return "busy"

    # When all claim the effect at once
    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = Counter(pool.map(claim, range(THREADS)))

    # Then one may go on, and the others come again
    assert outcomes == {"claimed": 1, "busy": THREADS - 1}


def test_of_racing_workers_one_takes_over_a_lease_that_is_over(
    effects: EffectRepository, event: str, clock: FrozenClock
) -> None:
    effects.claim(event, "crashed", clock())
    clock.advance(minutes=1)
    barrier = Barrier(THREADS)

    def claim(worker: int) -> bool:
        barrier.wait()
        try:
            return effects.claim(event, f"worker {worker}", clock())
        except EffectBusy:
            return False

    with ThreadPoolExecutor(THREADS) as pool:
        taken = sum(pool.map(claim, range(THREADS)))

    assert taken == 1


def test_a_lease_holds_until_its_end(
    effects: EffectRepository, event: str, clock: FrozenClock
) -> None:
    effects.claim(event, "first", clock())
    clock.advance(seconds=59)

    with pytest.raises(EffectBusy):
        effects.claim(event, "second", clock())


def test_what_is_done_is_not_done_again_long_after_the_lease(
    effects: EffectRepository, event: str, clock: FrozenClock
) -> None:
    effects.claim(event, "first", clock())
    effects.finish(event, "SENT")
    clock.advance(days=6)

    assert effects.claim(event, "second", clock()) is False


def test_a_released_lease_can_be_taken_at_once(
    effects: EffectRepository, event: str, clock: FrozenClock
) -> None:
    effects.claim(event, "first", clock())
    effects.release(event, "first")

    assert effects.claim(event, "second", clock()) is True


def test_nobody_releases_another_ones_lease_or_what_is_done(
    effects: EffectRepository, event: str, clock: FrozenClock
) -> None:
    effects.claim(event, "first", clock())
    effects.release(event, "second")
    with pytest.raises(EffectBusy):
        effects.claim(event, "third", clock())

    effects.finish(event, "SENT")
    effects.release(event, "first")

    assert effects.claim(event, "third", clock()) is False


def test_a_claim_that_was_tried_again_after_a_lost_answer_holds(
    effects: EffectRepository, event: str, clock: FrozenClock
) -> None:
    effects.claim(event, "first", clock())

    assert effects.claim(event, "first", clock()) is True


def test_two_consumers_of_one_event_do_not_meet(
    effects: EffectRepository, event: str, clock: FrozenClock
) -> None:
    effects.claim(event, "first", clock())

    assert EffectRepository("webhooks", LEASE).claim(event, "first", clock()) is True


def test_an_effect_costs_two_writes(
    engine: Engine, effects: EffectRepository, event: str, clock: FrozenClock
) -> None:
    with count_calls() as costs:
        effects.claim(event, "first", clock())
        effects.finish(event, "SENT")

    assert_cost(costs, operations=["PutItem", "UpdateItem"], write_units=2)
