"""Analytics on every engine: days that come to what is counted."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from firstspawn.analytics.schemas import AnalyticsPoint, AnalyticsQuery
from firstspawn.clients.gameservers import PingResult
from firstspawn.db import writes
from firstspawn.errors import Invalid
from firstspawn.reactions.schemas import Happening
from firstspawn.servers.errors import NotTheOwner
from firstspawn.users.schemas import Caller, Role
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.races import need_real_races, race
from tests.support.reviews import Critics
from tests.support.uptime import online


def follow(stack: Container, server_id: str) -> None:
    told = Happening(id="e", event="server.counted", data={"serverId": server_id})
    stack.analytics.follow(told)


def days(stack: Container, owner: Caller, server_id: str, **query: date) -> list[AnalyticsPoint]:
    wanted = AnalyticsQuery.model_validate(query)
    return stack.analytics.of(owner, server_id, wanted).points


def test_days_come_to_what_was_counted_however_often_it_is_told(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given two reviews on a day, one more and one less two days later, told more than once
    owner, server = critics.owners.server()
    author, review = critics.review(server.id, 5)
    follow(stack, server.id)
    critics.review(server.id, 3)
    fan = critics.person()
    stack.favorites.add(fan, server.id)
    for _ in range(3):
        follow(stack, server.id)
    clock.advance(days=2)
    for rating in (1, 3):
        critics.review(server.id, rating)
    stack.reviews.delete(author, review.id, None)
    stack.favorites.remove(fan, server.id)
    for _ in range(2):
        follow(stack, server.id)
    # When
    points = days(stack, owner, server.id)[-3:]
    # Then
    assert [(one.reviews, one.reviewCount) for one in points] == [(2, 2), (0, 2), (1, 3)]
    assert [(one.favorites, one.favoriteCount) for one in points] == [(1, 1), (0, 1), (-1, 0)]
    assert [one.averageRating for one in points] == [4.0, 4.0, 2.33]
    # And a range that begins later knows what was before
    today = {"from": clock().date()}
    assert [(one.reviews, one.reviewCount) for one in days(stack, owner, server.id, **today)] == [
        (1, 3)
    ]


def test_tales_told_late_and_at_once_end_at_the_last_count(
    engine: Engine, stack: Container, critics: Critics
) -> None:
    need_real_races(engine)
    # Given
    owner, server = critics.owners.server()
    people = [critics.person() for _ in range(6)]
    _ = stack.favorites, stack.analytics

    def keep(caller: Caller) -> None:
        stack.favorites.add(caller, server.id)
        follow(stack, server.id)

    # When
    race([partial(keep, one) for one in people])
    # Then
    assert days(stack, owner, server.id)[-1].favoriteCount == 6


def test_an_older_count_does_not_replace_a_newer_one(
    stack: Container, critics: Critics, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a count that is overtaken between being read and being written
    owner, server = critics.owners.server()
    stack.favorites.add(critics.person(), server.id)
    pending = [critics.person()]

    def put_late(*arguments: Any) -> None:
        if pending:
            stack.favorites.add(pending.pop(), server.id)
            follow(stack, server.id)
        put(*arguments)

    put = writes.put
    monkeypatch.setattr("firstspawn.analytics.repository.writes.put", put_late)
    # When
    follow(stack, server.id)
    # Then
    assert days(stack, owner, server.id)[-1].favoriteCount == 2


def test_views_are_counted_and_cost_one_write(stack: Container, critics: Critics) -> None:
    # Given
    owner, server = critics.owners.server()
    _ = stack.view_counter
    # When
    with count_calls() as costs:
        stack.view_counter.count(server.id, owner.userId, None)
    stack.view_counter.count(server.id, owner.userId, critics.person())
    stack.view_counter.count(server.id, owner.userId, owner)
    # Then
    assert_cost(costs, operations=["UpdateItem"], write_units=1)
    assert days(stack, owner, server.id)[-1].views == 2


def test_what_following_and_reading_cost(stack: Container, critics: Critics) -> None:
    # Given
    owner, server = critics.owners.server()
    critics.review(server.id)
    _ = stack.analytics
    # When / Then
    with count_calls() as costs:
        follow(stack, server.id)
    assert_cost(costs, operations=["GetItem", "PutItem"], read_units=1, write_units=1)
    with count_calls() as costs:
        days(stack, owner, server.id)
    assert_cost(costs, calls=8, read_units=12)


def test_others_and_endless_ranges_are_refused(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given
    owner, server = critics.owners.server()
    # When / Then
    with pytest.raises(NotTheOwner):
        days(stack, critics.person(), server.id)
    assert days(stack, critics.owners.create(role=Role.MODERATOR.value), server.id)
    for query in (
        {"from": date(2026, 1, 1)},
        {"from": clock().date(), "to": date(2026, 11, 1)},
        {"to": date(2999, 12, 31), "from": date(2020, 1, 1)},
    ):
        with pytest.raises(Invalid):
            days(stack, owner, server.id, **query)


def test_players_are_those_of_the_checks(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given a server that has answered for two days, with 12 players
    owner, server = critics.owners.server()

    past = clock() - timedelta(days=2)
    stack.uptime_replay.import_history(past, lambda *_: online(12, 20))
    # When
    points = days(stack, owner, server.id)
    # Then
    assert [(one.players, one.peakPlayers, one.uptime) for one in points[-3:]] == [
        (12, 12, 100)
    ] * 3
    assert points[0].players is None


def test_players_that_no_check_was_told_are_not_nobody(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given a server that only says that it is there
    owner, server = critics.owners.server()
    alive = PingResult(online=True, latency_ms=9, alive_only=True)
    stack.uptime_replay.import_history(clock() - timedelta(days=2), lambda *_: alive)
    # When
    latest = days(stack, owner, server.id)[-1]
    # Then
    assert (latest.players, latest.peakPlayers, latest.uptime) == (None, None, 100)
