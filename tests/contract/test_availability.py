"""Planned maintenance on every engine: no window is lost, none granted beyond the bounds."""

from datetime import timedelta
from functools import partial

import pytest

from firstspawn.availability.schemas import PlanMaintenance
from firstspawn.availability.service import MaintenanceService
from firstspawn.db import keys
from firstspawn.errors import ChangedMeanwhile
from firstspawn.uptime.maintenance import MaintenanceWindow
from firstspawn.uptime.models import RosterMember, ServerStatus
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.races import kinds, need_real_races, race
from tests.support.servers import Owners
from tests.support.stacks import stack_on
from tests.support.uptime import FakePinger, offline, online, rounds, scheduled


@pytest.fixture
def stack(engine: Engine, clock: FrozenClock) -> Container:
    return stack_on(engine, clock)


@pytest.fixture
def service(stack: Container) -> MaintenanceService:
    return stack.maintenance


def form(clock: FrozenClock, hours: int, lasts: float = 1) -> PlanMaintenance:
    begins = clock() + timedelta(hours=hours)
    return PlanMaintenance(begins=begins, ends=begins + timedelta(hours=lasts))


def test_of_windows_planned_at_once_none_is_lost(
    engine: Engine, stack: Container, service: MaintenanceService, clock: FrozenClock
) -> None:
    need_real_races(engine)
    # Given
    owner, server = Owners(stack).server()
    # When eight are planned at the same moment
    outcomes: list[MaintenanceWindow | Exception] = race(
        [partial(service.plan, owner, server.id, form(clock, hour)) for hour in range(2, 18, 2)]
    )
    # Then each was granted and is there, or was asked to come again
    granted = {one.id for one in outcomes if not isinstance(one, Exception)}
    assert set(kinds(outcomes)) <= {"MaintenanceWindow", ChangedMeanwhile.__name__}
    assert granted
    assert {one.id for one in service.list(server.id).items} == granted
    status = ServerStatus.find(keys.server_status(server.id), clock(), consistent=True)
    assert status is not None
    key = keys.roster_member(int(status.rosterShard), server.id)
    member = RosterMember.find(key, clock(), consistent=True)
    assert member is not None
    assert list(member.maintenance) == list(status.maintenance)


def test_planning_costs_two_reads_and_a_transaction(
    stack: Container, service: MaintenanceService, clock: FrozenClock
) -> None:
    owner, server = Owners(stack).server()

    with count_calls() as costs:
        service.plan(owner, server.id, form(clock, 1))

    assert_cost(
        costs, operations=["Query", "GetItem", "TransactWriteItems"], read_units=2, write_units=4
    )


def test_rounds_excuse_what_is_missed_in_maintenance(
    stack: Container, service: MaintenanceService, clock: FrozenClock
) -> None:
    # Given a server that is up, and maintenance in an hour
    owner, server = Owners(stack).server()
    status = ServerStatus.find(keys.server_status(server.id), clock())
    assert status is not None
    shard = int(status.rosterShard)
    answer = online()
    worker = rounds(clock, FakePinger(lambda slot: answer))
    worker.run(scheduled(clock, shard))
    service.plan(owner, server.id, form(clock, 1))
    # When it is down for that time
    clock.advance(minutes=60)
    answer = offline()
    for _ in range(12):
        worker.run(scheduled(clock, shard))
        clock.advance(minutes=5)
    # Then it is shown offline, at a percentage that is as it was
    status = ServerStatus.find(keys.server_status(server.id), clock(), consistent=True)
    assert status is not None
    assert (status.isOnline, status.uptime) == (False, 100)
    # And after it, what is missed counts
    worker.run(scheduled(clock, shard))
    status.refresh(consistent_read=True)
    assert status.uptime == 50
