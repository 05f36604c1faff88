"""Reputation on every engine: the balance is what the ledger comes to, whatever happens to it."""

from functools import partial

import pytest

from firstspawn.audit.schemas import Actor, AuditQuery
from firstspawn.db import keys, standing_keys
from firstspawn.kit.dto import Page
from firstspawn.reactions.schemas import Happening
from firstspawn.reputation.errors import CauseUsed
from firstspawn.reputation.models import ReputationEntry, ReputationSum
from firstspawn.reputation.rules import Action
from firstspawn.reputation.schemas import Adjust, Claim
from firstspawn.users.errors import UserNotFound
from firstspawn.users.models import User
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.races import kinds, need_real_races, race
from tests.support.servers import Owners

UP, DOWN = Action.REVIEW_UPVOTED, Action.REVIEW_DOWNVOTED


def counted(stack: Container, user_id: str) -> tuple[int, int, int]:
    """The balance, what the lines come to, and what the sums come to."""
    user = User.find(keys.profile(user_id), stack.clock(), consistent=True)
    assert user is not None
    partition = keys.profile(user_id).pk
    lines = ReputationEntry.query(
        partition, ReputationEntry.SK.startswith(standing_keys.REPUTATION)
    )
    sums = ReputationSum.query(partition, ReputationSum.SK.startswith(standing_keys.REPUTATION_SUM))
    return int(user.reputation), sum(int(x.delta) for x in lines), sum(int(x.total) for x in sums)


def test_a_deed_counts_once_for_its_cause(stack: Container, owners: Owners) -> None:
    # Given
    user = owners.create().userId
    # When
    moved = [stack.reputation.apply(user, UP, "r.v") for _ in range(3)]
    # Then
    assert moved == [5, 0, 0]
    assert counted(stack, user) == (5, 5, 5)


def test_what_is_taken_back_and_given_again_is_told_line_by_line(
    stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    # Given
    user = owners.create()
    # When
    for claims in (
        [Claim(UP, "c"), Claim(DOWN, "c", applies=False)],
        [Claim(UP, "c", applies=False), Claim(DOWN, "c")],
        [Claim(UP, "c"), Claim(DOWN, "c", applies=False)],
    ):
        clock.advance(seconds=1)
        stack.reputation.settle(user.userId, claims)
    # Then
    lines = stack.reputation.ledger(user, Page(limit=10)).items
    assert sorted(line.delta for line in lines) == [-5, -2, 2, 5, 5]
    assert counted(stack, user.userId) == (5, 5, 5)


def test_a_day_gives_no_more_than_its_cap_and_says_so(
    stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    # Given a cap of 50 and 12 upvotes of 5
    user = owners.create()
    for number in range(12):
        stack.reputation.apply(user.userId, UP, f"c{number}")
    assert counted(stack, user.userId) == (50, 50, 50)
    capped = [one for one in stack.reputation.ledger(user, Page(limit=50)).items if one.isCapped]
    assert [one.delta for one in capped] == [0, 0]
    # When one that was counted and one that was not are taken back
    stack.reputation.withdraw(user.userId, UP, "c0")
    stack.reputation.withdraw(user.userId, UP, "c11")
    # Then the day has room for one again
    assert [stack.reputation.apply(user.userId, UP, f"d{n}") for n in range(2)] == [5, 0]
    # And what was told on the day before is no news on the next one
    clock.advance(days=1)
    assert stack.reputation.apply(user.userId, UP, "c10") == 0
    assert stack.reputation.apply(user.userId, UP, "e") == 5
    assert counted(stack, user.userId) == (55, 55, 55)


def test_downvotes_bury_nobody_in_a_day(stack: Container, owners: Owners) -> None:
    # Given
    user = owners.create().userId
    # When
    for number in range(15):
        stack.reputation.apply(user, DOWN, f"c{number}")
    # Then
    assert counted(stack, user) == (-20, -20, -20)


def test_deeds_at_once_keep_balance_sums_and_ledger_equal(
    engine: Engine, stack: Container, owners: Owners
) -> None:
    need_real_races(engine)
    # Given 8 causes, each told three times, and one of the two kinds capped
    user = owners.create().userId
    service = stack.reputation
    deeds = [partial(service.apply, user, UP, f"c{number % 8}") for number in range(24)]
    # When
    outcomes = race(deeds)
    # Then
    assert sum(one for one in outcomes if isinstance(one, int)) == counted(stack, user)[0]
    for number in range(8):
        service.apply(user, UP, f"c{number}")
    assert counted(stack, user) == (40, 40, 40)


def test_a_cap_holds_against_deeds_at_once(
    engine: Engine, stack: Container, owners: Owners
) -> None:
    need_real_races(engine)
    # Given a day with room for one more
    user = owners.create().userId
    service = stack.reputation
    for number in range(9):
        service.apply(user, UP, f"c{number}")
    # When
    race([partial(service.apply, user, UP, f"d{number}") for number in range(8)])
    # Then
    assert counted(stack, user) == (50, 50, 50)


def test_what_a_line_costs(stack: Container, owners: Owners) -> None:
    # Given
    user = owners.create().userId
    _ = stack.reputation
    # When / Then
    with count_calls() as costs:
        stack.reputation.apply(user, UP, "c")
    assert_cost(
        costs, operations=["Query", "GetItem", "TransactWriteItems"], read_units=2, write_units=8
    )
    with count_calls() as costs:
        stack.reputation.apply(user, UP, "c")
    assert_cost(costs, operations=["Query"], read_units=1)
    with count_calls() as costs:
        stack.reputation.summary(user)
    assert_cost(costs, operations=["GetItem", "Query"], read_units=1)


def test_who_is_gone_has_nothing_to_move(stack: Container) -> None:
    # When / Then
    with pytest.raises(UserNotFound):
        stack.reputation.apply(stack.new_id(), UP, "c")


def test_a_verified_account_is_welcomed_once(stack: Container, owners: Owners) -> None:
    # Given
    user = owners.create().userId
    told = Happening(id="e", event="user.verified", data={"id": user})
    # When
    stack.reputation.welcome(told)
    stack.reputation.welcome(told)
    stack.reputation.welcome(Happening(id="e", event="user.verified", data={"id": "gone"}))
    # Then
    assert counted(stack, user) == (10, 10, 10)


def test_an_adjustment_is_made_once_with_its_reason_and_its_audit(
    stack: Container, owners: Owners
) -> None:
    # Given
    user, admin = owners.create().userId, Actor("admin", Role.ADMIN, "request")
    form = Adjust(delta=-30, reason="sold votes")
    # When
    for _ in range(2):
        summary = stack.reputation.adjust(admin, user, form, "key-1")
    # Then
    assert summary.reputation == -30
    (entry,) = stack.audit.list(AuditQuery(subject=f"user:{user}")).items
    assert (entry.actorId, entry.reason, entry.after) == ("admin", "sold votes", {"delta": -30})
    # And the same key stands for nothing else
    with pytest.raises(CauseUsed):
        stack.reputation.adjust(admin, user, Adjust(delta=5, reason="sorry"), "key-1")
    assert counted(stack, user) == (-30, -30, -30)


def test_a_ledger_goes_with_its_owner_and_the_audit_stays(stack: Container, owners: Owners) -> None:
    # Given
    user, admin = owners.create(), Actor("admin", Role.ADMIN, "request")
    stack.reputation.adjust(admin, user.userId, Adjust(delta=3, reason="helpful"), None)
    told = Happening(id="e", event="user.deleted", data={"userId": user.userId})
    # When
    for _ in range(2):
        stack.reputation.forget(told)
    # Then
    assert counted(stack, user.userId)[1:] == (0, 0)
    assert len(stack.audit.list(AuditQuery(subject=f"user:{user.userId}")).items) == 1


def test_the_audit_log_is_read_by_month_actor_and_subject(
    stack: Container, owners: Owners, clock: FrozenClock
) -> None:
    # Given seven deeds of an admin over two months, nobody else's
    admin = Actor(stack.new_id(), Role.ADMIN, "request")
    users = [owners.create().userId for _ in range(7)]
    clock.advance(days=400)
    for user in users[:5]:
        clock.advance(seconds=1)
        stack.reputation.adjust(admin, user, Adjust(delta=1, reason="kind"), None)
    month = f"{clock():%Y-%m}"
    clock.advance(days=31)
    for user in users[5:]:
        clock.advance(seconds=1)
        stack.reputation.adjust(admin, user, Adjust(delta=1, reason="kind"), None)
    wanted = [f"user:{user}" for user in reversed(users)]

    def pages(**query: str) -> list[str]:
        found, cursor = [], None
        while True:
            page = stack.audit.list(AuditQuery(limit=2, cursor=cursor, **query))
            found += [one.subject for one in page.items]
            if (cursor := page.nextCursor) is None:
                return found

    # When / Then
    assert pages(actor=admin.userId) == wanted
    assert pages(month=month) == wanted[2:]
    assert pages(actor=admin.userId, month=month) == wanted[2:]
    assert pages() == wanted[:2]
    with count_calls() as costs:
        stack.audit.list(AuditQuery(month=month))
    assert_cost(costs, calls=4, read_units=2)


def test_no_entry_of_the_audit_log_is_written_over(stack: Container, owners: Owners) -> None:
    # Given an entry, and a source of ids that repeats itself
    user, admin = owners.create().userId, Actor("admin", Role.ADMIN, "request")
    stack.reputation._new_id = lambda: "01KAPNMV00000000000000000Z"
    stack.reputation.adjust(admin, user, Adjust(delta=1, reason="first"), "a")
    # When / Then
    outcome = race(
        [lambda: stack.reputation.adjust(admin, user, Adjust(delta=1, reason="second"), "b")]
    )
    assert kinds(outcome) == {"Unavailable": 1}
    (entry,) = stack.audit.list(AuditQuery(subject=f"user:{user}")).items
    assert entry.reason == "first"
