"""Whatever is reported, however often and in which order: never more than a simple model allows.

The model knows nothing of clocks, spans or versions: it is a set of minutes for each player.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

from hypothesis import example, given, settings
from hypothesis import strategies as st

from firstspawn.playtime.accounting import MARATHON
from firstspawn.playtime.service import PlaytimeService
from tests.support.clock import FrozenClock
from tests.support.playtime import Plugin, Silent, interval, player, report
from tests.support.playtime_table import ClockTable

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STEP = 300  # seconds; all that happens lies on whole minutes
PLAYERS, SERVERS, INSTANCES = 3, 3, 2


@dataclass(frozen=True)
class Delivery:
    """A report that arrives: `wait` steps after the one before, of claims on the grid."""

    server: int
    instance: int
    wait: int
    claims: tuple[tuple[int, int, int, int], ...]  # player, start (steps ago), length, idle
    behind: int
    repeat: int


CLAIM = st.tuples(
    st.integers(1, PLAYERS),
    st.integers(-3, 400),  # begins in the future, or more than a day ago
    st.integers(1, 360),  # up to 30 hours long
    st.integers(0, 4000),
)
DELIVERY = st.builds(
    Delivery,
    server=st.integers(1, SERVERS),
    instance=st.integers(1, INSTANCES),
    wait=st.integers(0, 60),
    claims=st.lists(CLAIM, min_size=1, max_size=5).map(tuple),
    behind=st.integers(0, 3),
    repeat=st.integers(1, 3),
)


class World:
    """The service on a table in memory, and the model beside it."""

    def __init__(self) -> None:
        self.table, self.clock = ClockTable(), FrozenClock(START)
        numbers, silent = count(), Silent()
        self.service = PlaytimeService(
            cast("Any", self.table), cast("Any", self.table), cast("Any", silent),
            cast("Any", silent), clock=self.clock, new_id=lambda: f"id{next(numbers)}",
        )  # fmt: skip
        self.allowed: dict[str, set[int]] = {}
        self.claimed: dict[tuple[str, str], set[int]] = {}

    def deliver(self, delivery: Delivery, seconds: Sequence[tuple[int, int, int, int]]) -> None:
        now, server = int(self.clock().timestamp()), f"server-{delivery.server}"
        items = []
        for who, start, length, idle in seconds:
            day_ago = now - 24 * 3600
            told = set(range(max(start, day_ago) // 60, min(start + length, now) // 60))
            self.allowed.setdefault(player(who), set()).update(told)
            self.claimed.setdefault((player(who), server), set()).update(told)
            begin = datetime.fromtimestamp(start, UTC)
            items.append(interval(who, begin, begin + timedelta(seconds=length), afkSeconds=idle))
        self.table.behind = delivery.behind
        plugin = Plugin(server, f"instance-{delivery.instance}")
        self.service.sync(plugin, report(*items))

    def total(self, who: str) -> int:
        servers = [f"server-{one}" for one in range(1, SERVERS + 1)]
        played = [self.table.played(who, server) for server in servers]
        return sum(one.active + one.afk for one in played) + self.table.held.get(who, 0)


def _in_seconds(delivery: Delivery, now: int) -> list[tuple[int, int, int, int]]:
    return [
        (who, now - ago * STEP, length * STEP, idle) for who, ago, length, idle in delivery.claims
    ]


@settings(max_examples=120, deadline=None)
@given(st.lists(DELIVERY, min_size=1, max_size=12), st.randoms(use_true_random=False))
@example([Delivery(1, 1, 0, ((1, 360, 360, 0),), 0, 2)], None)
def test_no_interleaving_gives_more_than_there_were_seconds(
    deliveries: list[Delivery], order: Any
) -> None:
    # Given reports, some of which arrive again, and again much later
    world = World()
    queue = []
    for delivery in deliveries:
        world.clock.advance(seconds=delivery.wait * STEP)
        sent = _in_seconds(delivery, int(world.clock().timestamp()))
        queue += [(delivery, sent)] * delivery.repeat
    if order:
        order.shuffle(queue)
    # When
    for delivery, sent in queue:
        world.deliver(delivery, sent)
        world.clock.advance(minutes=delivery.wait)
    # Then
    for who, allowed in world.allowed.items():
        assert world.total(who) <= 60 * len(allowed)
    for (who, server), claimed in world.claimed.items():
        played = world.table.played(who, server)
        assert played.active + played.afk <= 60 * len(claimed)
        assert played.active >= 0 <= played.afk


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, SERVERS), st.integers(0, 200), st.integers(1, 12)),
        min_size=1, max_size=9,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_an_honest_players_time_is_counted_whole_in_any_order(
    stays: list[tuple[int, int, int]], order: Any
) -> None:
    # Given stays of up to an hour that end before now, told by several servers in any order
    world = World()
    now = int(world.clock().timestamp())
    sent = [
        (Delivery(server, 1, 0, (), 1, 1), [(1, now - (ago + length) * STEP, length * STEP, 0)])
        for server, ago, length in stays
    ]
    order.shuffle(sent)
    # When
    for delivery, seconds in sent:
        world.deliver(delivery, seconds)
    # Then no second is lost, either
    assert world.total(player(1)) == 60 * len(world.allowed[player(1)])


def test_a_day_claimed_in_slices_has_no_more_hours_than_a_person_plays() -> None:
    # Given somebody who never sleeps, told of every hour for four days
    world = World()
    for _ in range(96):
        hour = int(world.clock().timestamp()) - 3600
        world.deliver(Delivery(1, 1, 0, (), 0, 1), [(1, hour, 3600, 0)])
        world.clock.advance(hours=1)
    # Then what is beyond 20 hours of each day waits for a moderator
    assert world.table.played(player(1), "server-1").active == (13 + 3 * 20 + 11) * 3600
    assert world.total(player(1)) == 96 * 3600


MIDNIGHT = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp())


def _active_of_the_day(world: World, at: int, claims: Sequence[tuple[int, int]]) -> int:
    """Deliver claims `(start, length)` one by one at a moment; what they add, in seconds."""
    world.clock.advance(seconds=at - int(world.clock().timestamp()))
    before = world.table.played(player(1), "server-1").active
    for start, length in claims:
        world.deliver(Delivery(1, 1, 0, (), 0, 1), [(1, start, length, 0)])
    return world.table.played(player(1), "server-1").active - before


def test_a_day_has_20_hours_also_for_claims_that_begin_before_midnight() -> None:
    # Given a minute of today, and claims that begin on the eve, each reaching 40 minutes further
    world, step = World(), 2400
    nested = [(MIDNIGHT - one, one + one * step) for one in range(1, 36)]
    # When
    active = _active_of_the_day(world, MIDNIGHT + 86_399, [(MIDNIGHT + 86_000, 60), *nested])
    # Then
    assert active - len(nested) <= MARATHON < world.total(player(1))


def test_a_day_has_20_hours_also_when_it_is_told_on_the_next() -> None:
    # Given something counted of a new day, and then the whole one before, hour by hour
    world, now = World(), MIDNIGHT + 86_400
    claims = [(now, 60), *((MIDNIGHT + one * 3600 + 60, 3600) for one in range(23))]
    # When
    active = _active_of_the_day(world, now + 60, claims)
    # Then
    assert active == 60 + MARATHON
