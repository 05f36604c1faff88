"""Moderation on every engine: cases, decisions and what they do."""

from functools import partial

import pytest

from firstspawn.audit.schemas import AuditQuery
from firstspawn.kit.ids import is_ulid
from firstspawn.moderation.errors import (
    AlreadyReported,
    CaseAssigned,
    CaseResolved,
    NotApplicable,
    NotInForce,
    Outranked,
    OwnContent,
)
from firstspawn.moderation.personal_repository import decision_facts
from firstspawn.moderation.rules import Action, Kind, Reason, State
from firstspawn.moderation.schemas import OpenCase, QueueQuery, Report, WriteNote
from firstspawn.reactions.schemas import Happening
from firstspawn.reviews.errors import ReviewNotFound
from firstspawn.reviews.schemas import CreateReview
from firstspawn.servers.models import Server
from firstspawn.users.schemas import Caller, Role
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.engines import Engine
from tests.support.moderation import WHY, Staff, decide, everything, mails
from tests.support.races import kinds, need_real_races, race
from tests.support.reviews import Critics, counted


def test_reports_of_all_meet_in_one_case_and_one_each(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given
    author, review = critics.review(critics.server())
    reporter, form = critics.person(), Report(reason=Reason.HATE, text="rude")
    # When
    stack.reports.report(reporter, Kind.REVIEW, review.id, form)
    staff.report(Kind.REVIEW, review.id)
    # Then
    case = staff.case(Kind.REVIEW, review.id)
    assert (case.reportCount, case.reasons, case.affectedId) == (2, {"HATE", "SPAM"}, author.userId)
    with pytest.raises(AlreadyReported):
        stack.reports.report(reporter, Kind.REVIEW, review.id, form)
    with pytest.raises(OwnContent):
        stack.reports.report(author, Kind.REVIEW, review.id, form)
    detail = stack.moderation_queue.case("review", review.id)
    assert sorted(one.reason for one in detail.reports) == ["HATE", "SPAM"]
    assert reporter.userId not in detail.model_dump_json()


def test_a_case_is_opened_once_by_many_at_once(
    engine: Engine, stack: Container, staff: Staff, critics: Critics
) -> None:
    need_real_races(engine)
    # Given
    user = critics.person().userId
    _ = stack.reports
    # When
    outcomes = race([partial(staff.report, Kind.USER, user)] * 12)
    # Then
    assert kinds(outcomes) == {"NoneType": 12}
    assert staff.case(Kind.USER, user).reportCount == 12
    queued = [one for one in everything(stack, "oldest") if one == user]
    assert queued == [user]


def test_the_queue_shows_the_oldest_or_the_most_reported_first(
    stack: Container, staff: Staff, critics: Critics, clock: FrozenClock
) -> None:
    # Given three cases, reported once, twice, thrice
    before = set(everything(stack, "oldest"))
    users = [critics.person().userId for _ in range(3)]
    for number, user in enumerate(users, 1):
        clock.advance(seconds=1)
        for _ in range(number):
            staff.report(Kind.USER, user)
        told = Happening(id="e", event="case.reported", data={"subject": f"user:{user}"})
        for _ in range(2):
            stack.reports.rank(told)
    # When / Then
    assert [one for one in everything(stack, "oldest") if one not in before] == users
    assert [one for one in everything(stack, "reports") if one not in before] == users[::-1]
    with count_calls() as costs:
        stack.moderation_queue.list(QueueQuery(limit=2))
    assert_cost(costs, operations=["Query"] * 4, read_units=4)
    with count_calls() as costs:
        stack.moderation_queue.list(QueueQuery(limit=2, order="reports"))
    assert_cost(costs, operations=["Query"] * 4 + ["BatchGetItem"], read_units=5)
    # And a decided one is in it no more
    staff.decide(Kind.USER, users[0], Action.APPROVE)
    assert users[0] not in everything(stack, "oldest")


def test_a_case_is_taken_by_one_for_half_an_hour(
    engine: Engine, stack: Container, staff: Staff, critics: Critics, clock: FrozenClock
) -> None:
    need_real_races(engine)
    # Given
    user = critics.person().userId
    staff.report(Kind.USER, user)
    queue, moderators = stack.moderation_queue, [staff.actor() for _ in range(8)]
    # When
    outcomes = race([partial(queue.assign, one, "user", user) for one in moderators])
    # Then
    assert kinds(outcomes) == {"CaseView": 1, "CaseAssigned": 7}
    holder = staff.case(Kind.USER, user).assigneeId
    others = [one for one in moderators if one.userId != holder]
    with pytest.raises(CaseAssigned):
        stack.moderation.decide(others[0], "user", user, decide(Action.APPROVE))
    with pytest.raises(CaseAssigned):
        queue.release(others[0], "user", user)
    clock.advance(minutes=31)
    assert queue.assign(others[1], "user", user).assigneeId == others[1].userId
    queue.release(staff.actor(Role.ADMIN), "user", user)
    assert staff.case(Kind.USER, user).assigneeId is None


def test_of_decisions_at_once_one_is_taken(
    engine: Engine, stack: Container, staff: Staff, critics: Critics
) -> None:
    need_real_races(engine)
    # Given
    server = critics.server()
    _, review = critics.review(server)
    staff.report(Kind.REVIEW, review.id)
    actions = [Action.HIDE, Action.APPROVE, Action.REMOVE, Action.WARN] * 2
    # When
    outcomes = race(
        [
            partial(stack.moderation.decide, staff.actor(), "review", review.id, decide(action))
            for action in actions
        ]
    )
    # Then
    taken = [one for one in outcomes if not isinstance(one, Exception)]
    assert kinds(outcomes) == {"DecisionView": 1, "CaseResolved": 7}
    hidden = taken[0].action in {Action.HIDE, Action.REMOVE}
    assert counted(stack, server)["reviewCount"] == (0 if hidden else 1)
    log = stack.audit.list(AuditQuery(subject=f"review:{review.id}")).items
    assert [one.action for one in log] == [f"decision.{taken[0].action}"]


def test_a_hidden_review_leaves_the_averages_until_that_is_reverted(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given
    server = critics.server()
    author, review = critics.review(server, 1)
    critics.review(server, 5)
    # When
    hidden = staff.decide(Kind.REVIEW, review.id, Action.HIDE, violation=Reason.SPAM)
    staff.follow(hidden.id)
    # Then
    assert counted(stack, server)["ratingSum"] == 5
    assert stack.reputation.summary(author.userId).reputation == -25
    with pytest.raises(ReviewNotFound):
        stack.reviews.get(review.id, None)
    # When
    stack.moderation.revert(staff.actor(), hidden.id, WHY)
    staff.follow(hidden.id)
    # Then
    assert counted(stack, server)["ratingSum"] == 6
    assert stack.reputation.summary(author.userId).reputation == 0
    with pytest.raises(NotInForce):
        stack.moderation.revert(staff.actor(), hidden.id, WHY)


def test_the_last_decision_says_how_a_subject_stands(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given a review hidden, then approved
    server = critics.server()
    author, review = critics.review(server)
    hidden = staff.decide(Kind.REVIEW, review.id, Action.HIDE, violation=Reason.SPAM)
    staff.follow(hidden.id)
    approved = staff.decide(Kind.REVIEW, review.id, Action.APPROVE)
    for decision in (approved, hidden):
        staff.follow(decision.id)
    # When / Then the first holds no more, nor what it cost
    assert counted(stack, server)["reviewCount"] == 1
    assert stack.reputation.summary(author.userId).reputation == 0
    with pytest.raises(NotInForce):
        stack.moderation.revert(staff.actor(), hidden.id, WHY)
    # And a warning changes nothing of it
    staff.decide(Kind.REVIEW, review.id, Action.WARN)
    assert staff.case(Kind.REVIEW, review.id).decisionId == approved.id
    standing = [one.standing for one in stack.moderation_queue.case("review", review.id).decisions]
    assert sorted(standing) == ["IN_FORCE", "IN_FORCE", "SUPERSEDED"]


def test_a_server_the_staff_hides_is_found_by_no_search(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given
    owner, server = critics.owners.server()
    decision = staff.decide(Kind.SERVER, server.id, Action.HIDE)
    # When / Then
    (stored,) = [one for one in Server.scan() if one.id == server.id]
    assert stored.delistedAt is not None
    stack.moderation.revert(staff.actor(), decision.id, WHY)
    (stored,) = [one for one in Server.scan() if one.id == server.id]
    assert stored.delistedAt is None
    # And what is deleted meanwhile can be decided about as well
    again = staff.decide(Kind.SERVER, server.id, Action.HIDE)
    stack.servers.delete(owner, server.id, None)
    assert stack.moderation.revert(staff.actor(), again.id, WHY).standing == "REVERTED"


def test_a_ban_ends_by_itself_and_logins_at_once(
    stack: Container, staff: Staff, critics: Critics, clock: FrozenClock
) -> None:
    # Given
    user = critics.person()
    # When
    staff.decide(Kind.USER, user.userId, Action.SUSPEND, hours=24)
    # Then
    with pytest.raises(Exception, match="signed out"):
        stack.users.standing(user)
    again = Caller(user.userId, "session", 2)
    assert stack.users.standing(again).isBanned
    clock.advance(hours=24)
    standing = stack.users.standing(again)
    assert (standing.isBanned, standing.bannedUntil, standing.banReason) == (False, None, None)


def test_moderators_decide_about_users_and_admins_about_moderators(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given
    admin = staff.actor(Role.ADMIN)
    moderator = critics.owners.create(role=Role.MODERATOR.value).userId
    # When / Then
    for action in (Action.BAN, Action.WARN, Action.APPROVE):
        other = critics.owners.create(role=Role.MODERATOR.value).userId
        with pytest.raises(Outranked):
            staff.decide(Kind.USER, other, action)
    banned = staff.decide(Kind.USER, moderator, Action.BAN, by=admin)
    with pytest.raises(Outranked):
        stack.moderation.revert(staff.actor(), banned.id, WHY)
    chief = critics.owners.create(role=Role.ADMIN.value).userId
    with pytest.raises(Outranked):
        staff.decide(Kind.USER, chief, Action.BAN, by=admin)


def test_of_reverts_at_once_one_is_made(
    engine: Engine, stack: Container, staff: Staff, critics: Critics
) -> None:
    need_real_races(engine)
    # Given
    server = critics.server()
    _, review = critics.review(server)
    decision = staff.decide(Kind.REVIEW, review.id, Action.REMOVE)
    # When
    revert = stack.moderation.revert
    outcomes = race([partial(revert, staff.actor(), decision.id, WHY) for _ in range(6)])
    # Then
    assert kinds(outcomes) == {"DecisionView": 1, "NotInForce": 5}
    assert counted(stack, server)["reviewCount"] == 1
    assert len(mails("decision_reverted")) == 0  # the test's people have no address


def test_what_a_banned_person_wrote_goes_and_comes_back_step_by_step(
    stack: Container, staff: Staff, critics: Critics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("firstspawn.moderation.content.STEP", 2)
    # Given four reviews of one person's, one of them hidden already for itself
    servers = [critics.server() for _ in range(4)]
    author, first = critics.review(servers[0])
    for server in servers[1:]:
        stack.reviews.create(author, server, CreateReview(rating=5, content="All of it is good."))
    staff.decide(Kind.REVIEW, first.id, Action.HIDE)

    def shown() -> list[int]:
        return [counted(stack, server)["reviewCount"] for server in servers]

    assert shown() == [0, 1, 1, 1]
    # When
    ban = staff.decide(Kind.USER, author.userId, Action.BAN, hideContent=True)
    staff.follow(ban.id)
    # Then
    assert shown() == [0, 0, 0, 0]
    # When
    stack.moderation.revert(staff.actor(), ban.id, WHY)
    staff.follow(ban.id)
    # Then
    assert shown() == [0, 1, 1, 1]


def test_what_does_not_fit_is_refused(stack: Container, staff: Staff, critics: Critics) -> None:
    # Given
    user = critics.person().userId
    # When / Then
    for form in (
        {"action": Action.HIDE}, {"action": Action.SUSPEND}, {"action": Action.WARN, "hours": 2},
        {"action": Action.SUSPEND, "hours": 2, "hideContent": True},
    ):  # fmt: skip
        with pytest.raises(NotApplicable):
            stack.moderation.decide(staff.actor(), "user", user, decide(**form))


def test_a_resolved_case_is_opened_again_by_a_report_or_the_staff(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given
    user, moderator = critics.person().userId, staff.actor()
    staff.decide(Kind.USER, user, Action.APPROVE)
    with pytest.raises(CaseResolved):
        stack.moderation.decide(moderator, "user", user, decide(Action.APPROVE))
    # When / Then
    opened = stack.moderation_queue.open(moderator, "user", user, OpenCase(reason="seen again"))
    assert opened.state == State.OPEN
    stack.moderation_queue.note(moderator, "user", user, WriteNote(text="look at the name"))
    stack.moderation.decide(moderator, "user", user, decide(Action.WARN))
    staff.report(Kind.USER, user)
    detail = stack.moderation_queue.case("user", user)
    assert (detail.state, detail.reportCount) == (State.OPEN, 2)
    assert [one.text for one in detail.notes] == ["look at the name"]


def test_whom_decisions_affect_finds_all_of_them_and_nobody_else_in_them(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given a decision about somebody, one about their server, and one about somebody else
    owner, server = critics.owners.server()
    staff.decide(Kind.SERVER, server.id, Action.WARN)
    staff.decide(Kind.USER, owner.userId, Action.WARN, reason="and so is this")
    staff.decide(Kind.USER, critics.person().userId, Action.WARN)
    # When
    with count_calls() as costs:
        told = list(decision_facts(owner.userId, stack.clock()))
    # Then
    assert sorted(one["kind"] for one in told) == ["server", "user"]
    assert not [one for one in told if {"moderatorId", "contentStep"} & one.keys()]
    assert_cost(costs, operations=["Query", "BatchGetItem"], read_units=1.5)


def test_what_people_reported_goes_with_them(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given
    reporter, user = critics.person(), critics.person().userId
    stack.reports.report(reporter, Kind.USER, user, Report(reason=Reason.OTHER, text="my story"))
    # When
    stack.reports.forget(Happening(id="e", event="user.deleted", data={"userId": reporter.userId}))
    # Then
    detail = stack.moderation_queue.case("user", user)
    assert (detail.reports, detail.reportCount) == ([], 1)


def test_what_reports_and_decisions_cost(stack: Container, staff: Staff, critics: Critics) -> None:
    # Given
    user, moderator = critics.person().userId, staff.actor()
    _ = stack.reports, stack.moderation
    # When / Then
    with count_calls() as costs:
        staff.report(Kind.USER, user)
    assert_cost(
        costs, operations=["GetItem", "GetItem", "TransactWriteItems"], read_units=2, write_units=8
    )
    with count_calls() as costs:
        stack.moderation.decide(moderator, "user", user, decide(Action.BAN))
    assert_cost(
        costs,
        operations=["GetItem", "GetItem", "GetItem", "GetItem", "TransactWriteItems", "Query",
                    "GetItem"],
        read_units=6, write_units=18,
    )  # fmt: skip
    assert is_ulid(staff.case(Kind.USER, user).decisionId or "")
