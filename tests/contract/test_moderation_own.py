"""Nobody of the staff decides about themselves, or about what is theirs."""

import pytest

from firstspawn.audit.schemas import Actor
from firstspawn.moderation.errors import Outranked
from firstspawn.moderation.rules import Action, Kind
from firstspawn.moderation.schemas import ChangeListing, WriteAppeal
from firstspawn.servers.models import Server
from firstspawn.users.schemas import Caller, Role
from firstspawn.wiring import Container
from tests.support.moderation import WHY, Staff, decide
from tests.support.reviews import Critics


def at_work(caller: Caller) -> Actor:
    """Somebody as an admin, whose rank forbids the least."""
    return Actor(caller.userId, Role.ADMIN, "request")


def test_nobody_decides_about_their_own_review(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given a review that another admin hid
    author, review = critics.review(critics.server())
    hidden = staff.decide(Kind.REVIEW, review.id, Action.HIDE, by=staff.actor(Role.ADMIN))
    staff.report(Kind.REVIEW, review.id)
    # When / Then
    with pytest.raises(Outranked):
        stack.moderation.revert(at_work(author), hidden.id, WHY)
    with pytest.raises(Outranked):
        stack.moderation.decide(at_work(author), "review", review.id, decide(Action.APPROVE))
    assert not stack.reviews.get(review.id, author)[0].isApproved


def test_nobody_decides_about_their_own_server(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given
    owner, server = critics.owners.server()
    hidden = staff.decide(Kind.SERVER, server.id, Action.HIDE)
    featured = ChangeListing(isFeatured=True, reason="it is the best")
    # When / Then
    with pytest.raises(Outranked):
        staff.decide(Kind.SERVER, server.id, Action.APPROVE, by=at_work(owner))
    with pytest.raises(Outranked):
        stack.moderation.revert(at_work(owner), hidden.id, WHY)
    with pytest.raises(Outranked):
        stack.staff.feature(at_work(owner), server.id, featured)
    (stored,) = [one for one in Server.scan() if getattr(one, "id", None) == server.id]
    assert (stored.delistedAt is not None, bool(stored.isFeatured)) == (True, False)


def test_nobody_decides_about_what_is_said_of_their_own_server(
    stack: Container, staff: Staff, critics: Critics
) -> None:
    # Given
    owner, server = critics.owners.server()
    _, review = critics.review(server.id)
    warned = staff.decide(Kind.REVIEW, review.id, Action.WARN)
    # When / Then
    with pytest.raises(Outranked):
        staff.decide(Kind.REVIEW, review.id, Action.HIDE, by=at_work(owner))
    with pytest.raises(Outranked):
        stack.moderation.revert(at_work(owner), warned.id, WHY)
    assert stack.reviews.get(review.id, None)[0].isApproved


def test_nobody_rejects_their_own_appeal(stack: Container, staff: Staff, critics: Critics) -> None:
    # Given
    address = f"{stack.new_id().lower()}@example.com"
    user = critics.owners.create(email=address)
    warning = staff.decide(Kind.USER, user.userId, Action.WARN)
    form = WriteAppeal(email=address, token=staff.mailed_token(address), text="It was not me.")
    stack.appeals.appeal(form)
    # When / Then
    with pytest.raises(Outranked):
        stack.moderation.uphold(at_work(user), warning.id, WHY)
