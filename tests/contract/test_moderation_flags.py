"""Rules that look at reviews, on every engine."""

from firstspawn.moderation.rules import Action, Kind, State
from firstspawn.reactions.schemas import Happening
from firstspawn.reviews.models import Review
from firstspawn.reviews.schemas import CreateReview, UpdateReview
from firstspawn.wiring import Container
from tests.support.clock import FrozenClock
from tests.support.costs import assert_cost, count_calls
from tests.support.moderation import Staff
from tests.support.reviews import Critics

LINKS = "Join www.a.example and http://b.example/x and https://c.example/y"
COPY = "The very same words about each and every server there is."


def examine(stack: Container, review_id: str) -> Review:
    """Let the rules look, twice; return the review as it is then."""
    told = Happening(id="e", event="review.written", data={"id": review_id})
    for _ in range(2):
        stack.flagging.examine(told)
    (found,) = [one for one in Review.scan(consistent_read=True) if one.id == review_id]
    return found


def test_a_flag_opens_a_case_and_hides_nothing(stack: Container, critics: Critics) -> None:
    # Given
    _, review = critics.review(critics.server(), content=LINKS)
    # When
    found = examine(stack, review.id)
    # Then
    reasons = "links, link by a new account"
    assert (found.isFlagged, found.flagReason, found.isApproved) == (True, reasons, True)
    detail = stack.moderation_queue.case("review", review.id)
    assert [(one.reason, one.text) for one in detail.reports] == [("AUTOMATIC", reasons)]
    assert stack.reviews.get(review.id, None)[0].content == LINKS


def test_what_the_staff_has_approved_stays_so_until_it_says_something_else(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given
    author, review = critics.review(critics.server(), content=LINKS)
    examine(stack, review.id)
    Staff(stack).decide(Kind.REVIEW, review.id, Action.APPROVE)
    # When / Then
    assert examine(stack, review.id).isFlagged is False
    edit = UpdateReview(content=LINKS + " again")
    stack.reviews.update(author, review.id, edit, None)
    assert examine(stack, review.id).isFlagged is True


def test_an_edit_after_a_warning_is_told_again_if_it_is_no_better(
    stack: Container, critics: Critics
) -> None:
    # Given
    author, review = critics.review(critics.server(), content=LINKS)
    examine(stack, review.id)
    staff = Staff(stack)
    staff.decide(Kind.REVIEW, review.id, Action.WARN)
    # When / Then the text that the staff has seen is told no more, another one is, once
    examine(stack, review.id)
    assert staff.case(Kind.REVIEW, review.id).state == State.RESOLVED
    stack.reviews.update(author, review.id, UpdateReview(content=LINKS + " again"), None)
    assert examine(stack, review.id).isFlagged is True
    assert staff.case(Kind.REVIEW, review.id).state == State.OPEN
    reports = stack.moderation_queue.case("review", review.id).reports
    assert [one.reason for one in reports].count("AUTOMATIC") == 2


def test_the_third_who_says_the_same_is_seen_for_a_month(
    stack: Container, critics: Critics, clock: FrozenClock
) -> None:
    # Given
    server = critics.server()
    reviews = [critics.review(server, content=COPY)[1].id for _ in range(3)]
    # When / Then
    assert [examine(stack, one).isFlagged for one in reviews] == [False, False, True]
    clock.advance(days=31)
    _, late = critics.review(server, content=COPY)
    assert examine(stack, late.id).isFlagged is False


def test_a_flood_is_seen(stack: Container, critics: Critics) -> None:
    # Given
    author, servers = critics.person(), [critics.server() for _ in range(5)]
    form = CreateReview(rating=1, content="Not my kind of place.")
    # When
    written = [stack.reviews.create(author, server, form)[0].id for server in servers]
    # Then
    assert examine(stack, written[-1]).flagReason == "flood"


def test_what_looking_costs(stack: Container, critics: Critics) -> None:
    # Given
    text = "Words that nobody else has written about any server so far."
    _, review = critics.review(critics.server(), content=text)
    _ = stack.flagging
    told = Happening(id="e", event="review.written", data={"id": review.id})
    # When / Then
    with count_calls() as costs:
        stack.flagging.examine(told)
    operations = ["GetItem", "GetItem", "PutItem", "Query", "Query"]
    assert_cost(costs, operations=operations, read_units=5, write_units=1)
    gone = Happening(id="e", event="review.written", data={"id": stack.new_id() + stack.new_id()})
    with count_calls() as costs:
        stack.flagging.examine(gone)
    assert_cost(costs, operations=["GetItem"])
