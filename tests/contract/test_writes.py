"""Transactions and single writes mean the same on every engine: each condition has its error."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from firstspawn.db import keys, writes
from firstspawn.db.item import Item
from firstspawn.errors import Conflict
from firstspawn.kit.clock import epoch
from firstspawn.users.models import UsernameGuard
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine

_numbers = count()


class CheckFailed(Conflict):
    code = "check"


class DeleteFailed(Conflict):
    code = "delete"


class PutFailed(Conflict):
    code = "put"


class UpdateFailed(Conflict):
    code = "update"


def guard(**attributes: Any) -> UsernameGuard:
    return UsernameGuard.at(keys.username(f"w{next(_numbers)}"), userId="1", **attributes)


def stored(**attributes: Any) -> UsernameGuard:
    item = guard(**attributes)
    item.save()
    return item


def read(item: UsernameGuard, clock: FrozenClock) -> UsernameGuard | None:
    return UsernameGuard.find(keys.Key(item.PK, item.SK), clock(), consistent=True)


ORDERS = [
    ("update", "put", "delete", "check"),
    ("check", "delete", "put", "update"),
    ("put", "update", "check", "delete"),
]


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
@pytest.mark.parametrize("broken", ["check", "delete", "put", "update"])
def test_the_error_is_that_of_the_write_whose_condition_failed(
    engine: Engine, clock: FrozenClock, order: tuple[str, ...], broken: str
) -> None:
    # Given one write of each kind, in an order that is not the one they are sent in
    items = {kind: stored() for kind in ("check", "delete", "update")} | {"put": guard()}
    holds: dict[str, Any] = {kind: UsernameGuard.PK.exists() for kind in items}
    holds["put"] = UsernameGuard.PK.does_not_exist()
    holds[broken] = UsernameGuard.userId == "somebody else"
    transaction = writes.Transaction()
    add = {
        "check": lambda: transaction.check(items["check"], holds["check"], CheckFailed()),
        "delete": lambda: transaction.delete(items["delete"], holds["delete"], DeleteFailed()),
        "put": lambda: transaction.put(items["put"], holds["put"], PutFailed()),
        "update": lambda: transaction.update(
            items["update"], [UsernameGuard.userId.set("2")], holds["update"], UpdateFailed()
        ),
    }
    for kind in order:
        add[kind]()
    # When / Then
    with pytest.raises(Conflict) as raised:
        transaction.commit()
    assert raised.value.code == broken
    # And nothing was written
    assert read(items["put"], clock) is None
    assert read(items["delete"], clock) is not None
    unchanged = read(items["update"], clock)
    assert unchanged is not None
    assert unchanged.userId == "1"


def test_of_several_failed_conditions_the_first_declared_speaks(engine: Engine) -> None:
    # Given: sent the other way round
    transaction = writes.Transaction()
    transaction.update(guard(), [UsernameGuard.userId.set("2")], Item.PK.exists(), UpdateFailed())
    transaction.delete(guard(), Item.PK.exists(), DeleteFailed())
    # When / Then
    with pytest.raises(UpdateFailed):
        transaction.commit()


def test_a_transaction_is_one_call_and_does_all_it_says(engine: Engine, clock: FrozenClock) -> None:
    # Given
    kept, removed, changed, new = stored(), stored(), stored(), guard()
    transaction = writes.Transaction()
    transaction.check(kept, UsernameGuard.present(clock()))
    transaction.delete(removed)
    transaction.put(new, UsernameGuard.absent(clock()))
    transaction.update(changed, [UsernameGuard.userId.set("2")])
    # When
    with count_calls() as costs:
        transaction.commit()
    # Then
    assert_cost(costs, operations=["TransactWriteItems"], write_units=8)
    after = read(changed, clock)
    assert after is not None
    assert after.userId == "2"
    assert read(removed, clock) is None
    assert read(new, clock) is not None


def test_a_condition_without_an_error_is_a_failed_condition(
    engine: Engine, clock: FrozenClock
) -> None:
    # Given
    item = stored()
    transaction = writes.Transaction()
    transaction.put(item, UsernameGuard.PK.does_not_exist())
    # When / Then
    with pytest.raises(writes.ConditionFailed):
        transaction.commit()
    with pytest.raises(writes.ConditionFailed):
        writes.put(item, UsernameGuard.absent(clock()))
    with pytest.raises(writes.ConditionFailed):
        writes.delete(item, UsernameGuard.userId == "2")
    with pytest.raises(PutFailed):
        writes.put(item, UsernameGuard.absent(clock()), PutFailed())
    with pytest.raises(UpdateFailed):
        writes.update(guard(), [UsernameGuard.userId.set("2")], Item.PK.exists(), UpdateFailed())


@pytest.mark.parametrize(("seconds", "alive"), [(-1, False), (0, False), (1, True)])
def test_an_item_is_gone_in_the_second_it_expires(
    engine: Engine, clock: FrozenClock, seconds: int, alive: bool
) -> None:
    # Given
    item = stored(expiresAt=epoch(clock() + timedelta(seconds=seconds)))
    # Then reads and both conditions agree
    assert (read(item, clock) is not None) is alive
    replace, touch = writes.Transaction(), writes.Transaction()
    replace.put(guard_at(item), UsernameGuard.absent(clock()), PutFailed())
    touch.check(item, UsernameGuard.present(clock()), CheckFailed())
    for transaction, fails in ((touch, not alive), (replace, alive)):
        if fails:
            with pytest.raises(Conflict):
                transaction.commit()
        else:
            transaction.commit()


def guard_at(item: UsernameGuard) -> UsernameGuard:
    return UsernameGuard.at(keys.Key(item.PK, item.SK), userId="2")


def test_an_item_of_another_kind_under_a_key_is_a_bug_and_says_so(
    engine: Engine, clock: FrozenClock
) -> None:
    # Given
    from firstspawn.auth.models import EmailToken

    item = stored()
    # When / Then
    with pytest.raises(ValueError, match="EmailToken"):
        EmailToken.find(keys.Key(item.PK, item.SK), clock())
