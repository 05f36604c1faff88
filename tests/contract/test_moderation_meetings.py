"""What meets in moderation: reports and decisions, bans and writes under way, decisions and what
becomes of them between a read and a write.
"""

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import NamedTuple

import pytest

from firstspawn.audit.schemas import AuditQuery
from firstspawn.auth.models import Credential
from firstspawn.db import keys
from firstspawn.db.writes import Transaction
from firstspawn.errors import ChangedMeanwhile, Unauthenticated
from firstspawn.moderation.case_repository import CaseRepository, commit
from firstspawn.moderation.errors import InvalidAppeal, NoAppeal, NotInForce
from firstspawn.moderation.models import ModerationCase
from firstspawn.moderation.rules import Action, Kind, State
from firstspawn.moderation.schemas import ChangeRole, OpenCase, WriteAppeal
from firstspawn.reactions.schemas import Happening
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from tests.contract.conftest import First
from tests.support.engines import Engine
from tests.support.moderation import WHY, Staff, decide, everything
from tests.support.races import need_real_races, race
from tests.support.reviews import Critics


class Appeal(NamedTuple):
    """Whose it is, against which decision, and how it is sent."""

    userId: str
    decision: str
    send: Callable[[], None]


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


def test_a_decision_reverted_between_anothers_reads_is_not_reverted_again(
    stack: Container,
    staff: Staff,
    critics: Critics,
    first: First,
) -> None:
    # Given
    user = critics.person().userId
    ban = staff.decide(Kind.USER, user, Action.BAN)
    faster = staff.actor()
    first(CaseRepository, "find", lambda: stack.moderation.revert(faster, ban.id, WHY))
    # When
    with pytest.raises(NotInForce):
        stack.moderation.revert(staff.actor(), ban.id, WHY)
    # Then
    log = stack.audit.list(AuditQuery(subject=f"user:{user}")).items
    reverted = [one.actorId for one in log if one.action == "decision.revert"]
    assert reverted == [faster.userId]


@pytest.fixture
def appeal(stack: Container, staff: Staff, critics: Critics) -> Appeal:
    """A warning, and an appeal against it that is not sent yet."""
    address = f"{stack.new_id().lower()}@example.com"
    user = critics.owners.create(email=address).userId
    warning = staff.decide(Kind.USER, user, Action.WARN).id
    form = WriteAppeal(email=address, token=staff.mailed_token(address), text="It was not me.")
    return Appeal(user, warning, lambda: stack.appeals.appeal(form))


def test_an_appeal_that_comes_while_its_decision_is_reverted_is_accepted(
    stack: Container, staff: Staff, appeal: Appeal, first: First
) -> None:
    # Given
    first(CaseRepository, "find", appeal.send)
    # When
    reverted = stack.moderation.revert(staff.actor(), appeal.decision, WHY)
    # Then
    assert (reverted.standing, reverted.appeal) == ("REVERTED", "ACCEPTED")
    assert staff.case(Kind.USER, appeal.userId).state == State.RESOLVED


def test_an_appeal_against_what_was_reverted_meanwhile_opens_nothing(
    stack: Container, staff: Staff, appeal: Appeal, first: First
) -> None:
    # Given
    revert = partial(stack.moderation.revert, staff.actor(), appeal.decision, WHY)
    first(CaseRepository, "find", revert)
    # When
    with pytest.raises(NotInForce):
        appeal.send()
    # Then
    assert staff.case(Kind.USER, appeal.userId).state == State.RESOLVED


def test_of_two_appeals_with_one_token_one_is_taken(appeal: Appeal, first: First) -> None:
    # Given
    first(CaseRepository, "find", appeal.send)
    # When / Then
    with pytest.raises(InvalidAppeal):
        appeal.send()


def test_an_appeal_that_somebody_else_answered_meanwhile_is_not_answered_again(
    stack: Container, staff: Staff, appeal: Appeal, first: First
) -> None:
    # Given
    appeal.send()
    uphold = partial(stack.moderation.uphold, staff.actor(), appeal.decision, WHY)
    first(CaseRepository, "find", uphold)
    # When / Then
    with pytest.raises(NoAppeal):
        stack.moderation.uphold(staff.actor(), appeal.decision, WHY)


def test_a_ban_ends_no_logins_of_who_has_the_address_now(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given an address that went to somebody else since the profile was read
    address, now = f"{stack.new_id().lower()}@example.com", stack.clock()
    user = critics.owners.create(email=address).userId
    credential = Credential.at(
        keys.credential(address), userId="another", passwordHash="x", verified=True,
        createdAt=now, updatedAt=now,
    )  # fmt: skip
    credential.save()
    # When
    with pytest.raises(ChangedMeanwhile):
        staff.decide(Kind.USER, user, Action.BAN)
    # Then
    stored = Credential.find(keys.credential(address), now, consistent=True)
    assert stored is not None
    assert stored.authEpoch == credential.authEpoch


def test_a_role_that_changed_meanwhile_is_not_written_over(
    stack: Container, staff: Staff, critics: Critics, first: First
) -> None:
    # Given
    user, admin = critics.person().userId, staff.actor(Role.ADMIN)
    roles = {one: ChangeRole(role=one, reason="helps a lot") for one in Role}
    first(Transaction, "commit", lambda: stack.staff.set_role(admin, user, roles[Role.ADMIN]))
    # When
    with pytest.raises(ChangedMeanwhile):
        stack.staff.set_role(admin, user, roles[Role.MODERATOR])
    # Then
    assert stack.moderation_effects.role_of(user, stack.clock()) is Role.ADMIN


def test_a_report_that_comes_while_the_staff_opens_its_case_opens_it_alone(
    stack: Container, staff: Staff, critics: Critics, first: First
) -> None:
    # Given
    user, moderator = critics.person().userId, staff.actor()
    first(Transaction, "commit", lambda: staff.report(Kind.USER, user))
    # When
    stack.moderation_queue.open(moderator, "user", user, OpenCase(reason="seen by myself"))
    # Then
    assert stack.audit.list(AuditQuery(subject=f"user:{user}")).items == []
    assert user in everything(stack, "oldest")


def test_a_report_that_comes_while_its_case_is_ranked_is_not_forgotten(
    stack: Container, staff: Staff, critics: Critics, first: First
) -> None:
    # Given
    user = critics.person().userId
    staff.report(Kind.USER, user)
    told = Happening(id="e", event="case.reported", data={"subject": f"user:{user}"})

    def report() -> None:
        staff.report(Kind.USER, user)
        stack.reports.rank(told)

    first(ModerationCase, "update", report)
    # When
    stack.reports.rank(told)
    # Then
    assert str(staff.case(Kind.USER, user).GSI2SK).startswith("000002#")
