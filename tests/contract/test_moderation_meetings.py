"""What meets in moderation: a report and a decision, a ban and writes under way."""

from threading import Event

import pytest

from firstspawn.db.writes import Transaction
from firstspawn.errors import Unauthenticated
from firstspawn.moderation.case_repository import commit
from firstspawn.moderation.rules import Action, Kind, State
from firstspawn.wiring import Container
from tests.support.engines import Engine
from tests.support.moderation import Staff, decide, everything
from tests.support.races import need_real_races, race
from tests.support.reviews import Critics


def test_a_report_that_meets_a_decision_opens_the_case_again(
    stack: Container, staff: Staff, critics: Critics, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a case that is decided between a report's reading it and its writing
    user, pending = critics.person().userId, [Action.APPROVE]
    staff.report(Kind.USER, user)

    def commit_late(transaction: Transaction) -> None:
        if pending:
            stack.moderation.decide(staff.actor(), "user", user, decide(pending.pop()))
        commit(transaction)

    monkeypatch.setattr("firstspawn.moderation.case_repository.commit", commit_late)
    # When
    staff.report(Kind.USER, user)
    # Then
    assert staff.case(Kind.USER, user).state == State.OPEN
    assert user in everything(stack, "oldest")


def test_no_write_begun_after_a_ban_is_let_in(
    engine: Engine, stack: Container, staff: Staff, critics: Critics
) -> None:
    need_real_races(engine)
    # Given people of one account who go on asking to write until they are refused
    user, banned = critics.person(), Event()
    staff.report(Kind.USER, user.userId)

    def write() -> bool:
        while True:
            late = banned.is_set()
            try:
                stack.users.standing(user)
            except Unauthenticated:
                return False
            if late:
                return True

    def ban() -> bool:
        stack.moderation.decide(staff.actor(), "user", user.userId, decide(Action.BAN))
        banned.set()
        return False

    # When
    outcomes = race([write, write, write, write, ban])
    # Then none was let in who asked after the ban
    assert outcomes == [False] * 5
