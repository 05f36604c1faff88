"""The lease that sends a mail once, on every DynamoDB."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from firstspawn.effects.errors import EffectBusy
from firstspawn.effects.repository import EffectRepository
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.races import kinds, need_real_races, race

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
    engine: Engine, effects: EffectRepository, event: str, clock: FrozenClock
) -> None:
    # Given as many deliveries of one message as there are workers
    need_real_races(engine)
    claims = [partial(effects.claim, event, f"worker {n}", clock()) for n in range(THREADS)]

    # When all claim the effect at once
    outcomes = race(claims)

    # Then one may go on, and the others come again
    assert outcomes.count(True) == 1
    assert kinds(outcomes) == {"bool": 1, "EffectBusy": THREADS - 1}


def test_of_racing_workers_one_takes_over_a_lease_that_is_over(
    engine: Engine, effects: EffectRepository, event: str, clock: FrozenClock
) -> None:
    # Given a worker that crashed a lease ago
    need_real_races(engine)
    effects.claim(event, "crashed", clock())
    clock.advance(minutes=1)

    # When all claim the effect at once
    outcomes = race([partial(effects.claim, event, f"worker {n}", clock()) for n in range(THREADS)])

    # Then one takes over
    assert outcomes.count(True) == 1
    assert kinds(outcomes) == {"bool": 1, "EffectBusy": THREADS - 1}


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
