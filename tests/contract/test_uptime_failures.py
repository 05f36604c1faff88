"""What goes wrong in rounds, on every engine: crashes, slow workers, deleted servers heal."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from firstspawn.clients.gameservers import PingResult, Target
from firstspawn.db import keys
from firstspawn.uptime.errors import RosterBusy, RoundOvertaken
from firstspawn.uptime.models import RosterMember, ServerStatus
from firstspawn.uptime.presence import PresenceService
from firstspawn.uptime.presence_repository import PresenceRepository
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.rounds import Report
from tests.support.clock import FrozenClock
from tests.support.uptime import (
    Asked,
    FakePinger,
    checks,
    direct,
    enrol,
    fresh_roster,
    offline,
    online,
    rounds,
    samples,
    scheduled,
    status,
)

pytestmark = pytest.mark.usefixtures("engine")


class Crash(Exception):
    """A worker that ended in the middle."""


class CrashingRepository(RosterRepository):
    """Ends the worker once, instead of storing the state."""

    def save(self, shard: int, packed: bytes, version: int) -> bool:
        raise Crash


class InterruptedPinger(FakePinger):
    """Lets something happen while the servers are asked."""

    def __init__(self, meanwhile: Callable[[], Any], answer: Callable[[int], PingResult]) -> None:
        super().__init__(answer)
        self.meanwhile = meanwhile

    def ping_all(
        self, targets: Mapping[Asked, Target], deadline: float
    ) -> Mapping[Asked, PingResult]:
        answers = super().ping_all(targets, deadline)
        self.meanwhile()
        return answers


@pytest.fixture
def shard(clock: FrozenClock) -> int:
    """A roster of its own for the test, in the module's table."""
    return fresh_roster(clock)


def test_a_direct_message_comes_again_while_the_roster_is_held(
    clock: FrozenClock, shard: int
) -> None:
    # Given a round under way
    enrol(clock)
    direct_worker = rounds(clock, FakePinger())
    outcomes: list[type[Exception]] = []

    def meanwhile() -> None:
        with pytest.raises(RosterBusy) as caught:
            direct_worker.run(direct(shard))
        outcomes.append(caught.type)

    # When a new server's message comes, then it is refused; and taken when the round is over
    rounds(clock, InterruptedPinger(meanwhile, lambda slot: online())).run(scheduled(clock, shard))
    assert outcomes == [RosterBusy]
    clock.advance(seconds=1)
    assert direct_worker.run(direct(shard)) is not None


def test_a_worker_slower_than_its_lease_overwrites_nothing(clock: FrozenClock, shard: int) -> None:
    # Given a worker that finds the server down, and dawdles until the next round was done
    (server,) = enrol(clock)
    rounds(clock, FakePinger()).run(scheduled(clock, shard))
    clock.advance(minutes=5)
    started = clock()

    def meanwhile() -> None:
        clock.advance(minutes=5)
        next_round = rounds(clock, FakePinger(lambda slot: online(50)))
        assert next_round.run(scheduled(clock, shard)) == Report(asked=1, answered=1, shown=1)

    slow = rounds(clock, InterruptedPinger(meanwhile, lambda slot: online(99)))

    # When it goes on, then its round is void, and the other one's stands
    with pytest.raises(RoundOvertaken):
        slow.run(scheduled(clock, shard))
    assert status(server, clock).playerCount == 50
    assert status(server, clock).checkedAt == clock() > started
    assert checks(shard) == [2]
    assert len(samples(shard)) == 2


def test_a_crash_between_status_and_state_heals_with_the_next_round(
    clock: FrozenClock, shard: int
) -> None:
    # Given a server whose third failure was shown by a worker that died before it noted so
    (server,) = enrol(clock)
    answers = {"now": online(12)}
    pinger = FakePinger(lambda slot: answers["now"])
    worker = rounds(clock, pinger)
    worker.run(scheduled(clock, shard))
    answers["now"] = offline()
    for _ in range(2):
        clock.advance(minutes=5)
        worker.run(scheduled(clock, shard))
    clock.advance(minutes=5)
    with pytest.raises(Crash):
        rounds(clock, pinger, CrashingRepository()).run(scheduled(clock, shard))
    assert status(server, clock).isOnline is False

    # When the next round finds it up, as the state still has it
    answers["now"] = online(12)
    clock.advance(minutes=5)
    worker.run(scheduled(clock, shard))

    # Then people see that, and the lost round was not counted
    shown = status(server, clock)
    assert (shown.isOnline, shown.playerCount, shown.checkedAt) == (True, 12, clock())
    assert checks(shard) == [4]


def test_what_was_refused_is_shown_by_the_next_round(clock: FrozenClock, shard: int) -> None:
    # Given a server that only its plugin knew, and that speaks while our first answer comes
    (server,) = enrol(clock)
    plugins = PresenceService(PresenceRepository())
    plugins.show(server, 60, 100, clock())

    def meanwhile() -> None:
        plugins.show(server, 160, 200, clock() + timedelta(seconds=1))

    answered = rounds(clock, InterruptedPinger(meanwhile, lambda slot: online(41)))
    clock.advance(minutes=1)
    assert answered.run(scheduled(clock, shard)) == Report(asked=1, answered=1, shown=0)

    # When it answers again
    clock.advance(minutes=5)
    rounds(clock, FakePinger(lambda slot: online(41))).run(scheduled(clock, shard))

    # Then people see what our checks were told
    shown = status(server, clock)
    assert (shown.source, shown.playerCount, shown.motd) == ("CHECK", 41, "Welcome")


def test_after_a_crash_everybody_is_asked_even_by_a_new_servers_round(
    clock: FrozenClock, shard: int
) -> None:
    # Given a server that is not due, but was asked by a scheduled round that died
    (server,) = enrol(clock)
    clock.advance(minutes=2)
    rounds(clock, FakePinger()).run(direct(shard))
    clock.advance(minutes=3)
    broken = rounds(clock, FakePinger(lambda slot: online(99)), CrashingRepository())
    with pytest.raises(Crash):
        broken.run(scheduled(clock, shard))
    assert status(server, clock).playerCount == 99

    # When a new server's message comes
    clock.advance(minutes=1)
    rounds(clock, FakePinger()).run(direct(shard))

    # Then the status follows the state again
    assert status(server, clock).playerCount == 10


def test_a_first_round_slower_than_its_lease_is_void_too(clock: FrozenClock, shard: int) -> None:
    enrol(clock)

    def meanwhile() -> None:
        clock.advance(minutes=5)
        assert rounds(clock, FakePinger()).run(scheduled(clock, shard))

    with pytest.raises(RoundOvertaken):
        rounds(clock, InterruptedPinger(meanwhile, lambda slot: offline())).run(
            scheduled(clock, shard)
        )
    assert checks(shard) == [1]


def test_a_lease_that_ran_out_is_not_released_for_its_next_holder(
    clock: FrozenClock, shard: int
) -> None:
    enrol(clock)
    rosters = RosterRepository()
    slow = rosters.take(shard, clock(), clock() + timedelta(seconds=1), None)
    clock.advance(seconds=2)
    assert slow
    holder = rosters.take(shard, clock(), clock() + timedelta(seconds=40), None)
    assert holder is not None
    assert holder.is_dirty

    rosters.release(slow)

    assert rosters.take(shard, clock(), clock() + timedelta(seconds=40), None) is None
    rosters.release(holder)
    following = rosters.take(shard, clock(), clock() + timedelta(seconds=40), None)
    assert following is not None
    assert not following.is_dirty


def test_a_round_that_broke_off_may_be_repeated_by_its_own_message(
    clock: FrozenClock, shard: int
) -> None:
    enrol(clock)
    message = scheduled(clock, shard)
    with pytest.raises(Crash):
        rounds(clock, FakePinger(), CrashingRepository()).run(message)
    worker = rounds(clock, FakePinger())
    assert worker.run(message) is None, "its lease still holds"

    clock.advance(minutes=2)

    assert worker.run(message) == Report(asked=1, answered=1, shown=1)
    assert worker.run(message) is None
    assert checks(shard) == [1]


def test_a_deleted_server_is_not_brought_back(clock: FrozenClock, shard: int) -> None:
    # Given a server that is deleted while it is asked
    server, other = enrol(clock, 2)

    def meanwhile() -> None:
        ServerStatus.at(keys.server_status(server)).delete()
        RosterMember.at(keys.roster_member(shard, server)).delete()

    report = rounds(clock, InterruptedPinger(meanwhile, lambda slot: online())).run(
        scheduled(clock, shard)
    )

    # Then it stays so, and the next round has forgotten it
    assert report == Report(asked=2, answered=2, shown=1)
    assert ServerStatus.find(keys.server_status(server), clock(), consistent=True) is None
    clock.advance(minutes=5)
    rounds(clock, FakePinger()).run(scheduled(clock, shard))
    assert checks(shard) == [2]
    assert status(other, clock).isOnline
