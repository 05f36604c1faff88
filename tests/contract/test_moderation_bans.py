"""What a ban hides and its end shows again, whatever else is decided between a read and a write."""

from dataclasses import dataclass
from typing import Any

import pytest

from firstspawn.moderation.content_repository import ContentRepository
from firstspawn.moderation.decision_repository import DecisionRepository
from firstspawn.moderation.models import HiddenReview
from firstspawn.moderation.rules import Action, Kind
from firstspawn.reactions.schemas import Happening
from firstspawn.reviews.ids import Pair
from firstspawn.reviews.repository import ReviewRepository
from firstspawn.reviews.schemas import CreateReview
from firstspawn.wiring import Container
from tests.contract.conftest import First
from tests.support.costs import assert_cost, count_calls
from tests.support.moderation import WHY, Staff
from tests.support.reviews import Critics, counted, recounted


@dataclass
class Ban:
    """A ban of somebody with reviews of some servers."""

    stack: Container
    staff: Staff
    userId: str
    servers: list[str]
    decision: str = ""

    def decide(self, action: Action, **form: Any) -> str:
        """Decide about who is banned; the decision's id."""
        return self.staff.decide(Kind.USER, self.userId, action, **form).id

    def hide_all(self) -> str:
        """Ban them, for a while, with all that they wrote."""
        return self.decide(Action.BAN, hideContent=True, hours=48)

    def hide_each(self) -> list[str]:
        """Hide each of the reviews for itself."""
        reviews = [Pair(one, self.userId).id for one in self.servers]
        return [self.staff.decide(Kind.REVIEW, one, Action.HIDE).id for one in reviews]

    def shown(self) -> int:
        """How many of the reviews count."""
        return sum(counted(self.stack, one)["reviewCount"] for one in self.servers)


def test_a_ban_reverted_while_its_reviews_are_being_hidden_hides_none_any_more(
    stack: Container,
    staff: Staff,
    critics: Critics,
    first: First,
) -> None:
    # Given a ban that is reverted, with all that follows, after its follower has read it
    server = critics.server()
    author, review = critics.review(server)
    ban = staff.decide(Kind.USER, author.userId, Action.BAN, hideContent=True)

    def revert() -> None:
        stack.moderation.revert(staff.actor(), ban.id, WHY)
        staff.follow(ban.id)

    first(ContentRepository, "written", revert)
    # When
    told = Happening(id="told", event="decision.changed", data={"id": ban.id})
    stack.decision_follower.follow(told)
    # Then
    assert stack.reviews.get(review.id, None)[0].isApproved
    assert counted(stack, server) == recounted(server)
    assert counted(stack, server)["reviewCount"] == 1
    assert [one for one in HiddenReview.scan() if one.reviewId == review.id] == []


@pytest.fixture
def ban(stack: Container, staff: Staff, critics: Critics, monkeypatch: pytest.MonkeyPatch) -> Ban:
    """A ban that has hidden what somebody wrote, a review a step."""
    monkeypatch.setattr("firstspawn.moderation.content.STEP", 1)
    servers = [critics.server() for _ in range(3)]
    author = critics.person()
    for server in servers:
        stack.reviews.create(author, server, CreateReview(rating=5, content="All of it is good."))
    made = Ban(stack, staff, author.userId, servers)
    made.decision = made.decide(Action.BAN, hideContent=True)
    staff.follow(made.decision)
    assert made.shown() == 0
    return made


def test_what_a_ban_hid_comes_back_when_another_decision_takes_its_place(
    staff: Staff, ban: Ban
) -> None:
    # When
    ban.decide(Action.BAN)
    staff.follow(ban.decision)
    # Then
    assert ban.shown() == 3


@pytest.mark.parametrize("newest_first", [True, False])
def test_what_a_ban_hid_stays_hidden_as_long_as_one_of_them_hides_it(
    stack: Container, staff: Staff, ban: Ban, newest_first: bool
) -> None:
    # Given a shorter ban in place of the first, whose followers run in either order
    shorter = ban.hide_all()
    for decision in (shorter, ban.decision) if newest_first else (ban.decision, shorter):
        staff.follow(decision)
    assert ban.shown() == 0
    # When
    stack.moderation.revert(staff.actor(), shorter, WHY)
    staff.follow(shorter)
    # Then
    assert ban.shown() == 3


def test_what_a_ban_hid_is_not_shown_by_who_read_before_the_next_ban(
    staff: Staff, ban: Ban, first: First
) -> None:
    # Given a ban that ended, and another one that is made and followed while its reviews come back
    ban.decide(Action.APPROVE)
    first(ReviewRepository, "change", lambda: staff.follow(ban.hide_all()))
    # When
    staff.follow(ban.decision)
    # Then
    assert ban.shown() == 0


def test_what_a_ban_hid_is_not_shown_by_who_read_before_it_was_hidden_for_itself(
    staff: Staff, ban: Ban, first: First
) -> None:
    # Given
    ban.decide(Action.APPROVE)
    first(ReviewRepository, "change", ban.hide_each)
    # When
    staff.follow(ban.decision)
    # Then
    assert ban.shown() == 0


def test_a_review_that_its_ban_shows_again_while_it_is_hidden_for_itself_stays_hidden(
    staff: Staff, ban: Ban, first: First
) -> None:
    # Given a ban that ended, and shows its reviews between a decision's read of one and its write
    ban.decide(Action.APPROVE)
    first(DecisionRepository, "commit", lambda: staff.follow(ban.decision))
    # When
    staff.decide(Kind.REVIEW, Pair(ban.servers[0], ban.userId).id, Action.HIDE)
    # Then
    assert ban.shown() == 2


def test_what_a_ban_hid_is_not_handed_over_to_one_that_ended_meanwhile(
    stack: Container, staff: Staff, ban: Ban, first: First
) -> None:
    # Given
    shorter = ban.hide_all()

    def end() -> None:
        stack.moderation.revert(staff.actor(), shorter, WHY)
        staff.follow(shorter)

    first(ContentRepository, "hand_over", end)
    # When
    staff.follow(ban.decision)
    # Then
    assert ban.shown() == 3


def test_a_review_hidden_for_itself_stays_hidden_with_all_of_its_authors(
    stack: Container, staff: Staff, ban: Ban
) -> None:
    # Given
    hidden = ban.hide_each()[0]
    # When
    stack.moderation.revert(staff.actor(), hidden, WHY)
    # Then
    assert ban.shown() == 0
    # When
    stack.moderation.revert(staff.actor(), ban.decision, WHY)
    staff.follow(ban.decision)
    # Then
    assert ban.shown() == 1


@pytest.mark.parametrize("banned_before", [True, False])
def test_a_review_follows_its_authors_ban_that_changes_while_its_own_ends(
    stack: Container, staff: Staff, ban: Ban, first: First, banned_before: bool
) -> None:
    # Given a review hidden for itself, and a ban that ends, or is made, between reads and write
    def end() -> None:
        stack.moderation.revert(staff.actor(), ban.decision, WHY)
        staff.follow(ban.decision)

    hidden = ban.hide_each()[0]
    if banned_before:
        first(ContentRepository, "hiding", end)
    else:
        end()
        first(ReviewRepository, "change", lambda: staff.follow(ban.hide_all()))
    # When
    stack.moderation.revert(staff.actor(), hidden, WHY)
    # Then
    assert ban.shown() == (1 if banned_before else 0)


def test_what_the_end_of_a_reviews_decision_costs(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given
    _, review = critics.review(critics.server())
    hidden = staff.decide(Kind.REVIEW, review.id, Action.HIDE).id
    # When
    with count_calls() as costs:
        stack.moderation.revert(staff.actor(), hidden, WHY)
    # Then
    reads = ["GetItem"] * 6
    assert_cost(
        costs, operations=[*reads, "TransactWriteItems", "GetItem"], read_units=7, write_units=20
    )
