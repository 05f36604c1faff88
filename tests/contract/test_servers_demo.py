"""A part of the demo, seeded on every DynamoDB."""

import pytest

from firstspawn.auth.schemas import Login
from firstspawn.auth.service import Device
from firstspawn.config import Stack
from firstspawn.reviews.models import Review
from firstspawn.reviews.schemas import ReviewQuery
from firstspawn.servers.models import Server
from firstspawn.uptime.models import RosterCounter
from firstspawn.uptime.schemas import Range
from firstspawn.users.models import User
from firstspawn.wiring import Container
from infra.demo import seed as demo
from infra.demo import seed_reviews
from infra.demo.data_servers import SERVERS
from infra.demo.population import Temper, temper
from infra.demo.seed_accounts import PASSWORD
from tests.support.reviews import counted, recounted, votes_of

SOME = SERVERS[:5]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """One writer each, because moto takes no threads."""
    monkeypatch.setattr(seed_reviews, "_WRITERS", 1)
    monkeypatch.setattr(demo, "SERVERS", SOME)
    monkeypatch.setattr(demo, "_WRITERS", 1)


def test_a_demo_is_whole_and_seeding_it_again_adds_nothing(stack: Container) -> None:
    # Given a stack with the demo
    told: list[str] = []
    demo.seed(stack, told.append)
    before = {one.id: one.version for one in Server.scan()}
    places = next(RosterCounter.scan()).n

    # When it is seeded again
    demo.seed(stack, told.append)

    # Then everything is there once, and no place was drawn for nothing
    assert told[7:] == ["0 tags added", "0 accounts added", "0 servers added"]
    assert told[2] == f"{len(SOME)} servers added"
    assert {one.id: one.version for one in Server.scan()} == before
    assert len(before) == len(SOME)
    assert next(RosterCounter.scan()).n == places == len(SOME)

    # And every server has a past, an owner who counts it, and its place in the owner's list
    steady = next(one.slug for one in SOME if temper(one.slug) is Temper.STEADY)
    server = stack.servers.get(steady)[0]
    assert server.isOnline
    assert server.uptime == 100
    graph = stack.uptime.graph(server.id, Range.DAY)
    assert len(graph.points) >= 24
    assert sum(user.serverCount for user in User.scan()) == len(SOME)

    # And maintenance of the first is announced
    (window,) = stack.maintenance.list(SOME[0].slug).items
    assert window.begins > stack.clock()

    # And one is recommended
    assert [one.slug for one in Server.scan() if one.isFeatured] == [SOME[3].slug]

    # And what is counted of it is what players have said
    for one in before:
        assert counted(stack, one) == recounted(one)
    reviews = list(Review.scan())
    assert len(reviews) == int(told[4].partition(" ")[0]) > len(SOME)
    assert {votes_of(one.id, one.since) for one in reviews} != {(0, 0)}
    for review in reviews:
        assert votes_of(review.id, review.since) == (review.upvotes, review.downvotes)
        listed = stack.review_lists.of_server(review.serverId, ReviewQuery(sort="helpful"), None)
        assert review.id in {one.id for one in listed.items}

    # And the documented account can log in
    login = Login(email="demo@example.com", password=PASSWORD)
    assert stack.auth.login(login, Device("test", "203.0.113.7"))[0].user.emailVerified


def test_a_demo_is_not_for_aws(stack: Container) -> None:
    stack.settings = stack.settings.model_copy(update={"stack": Stack.AWS})

    with pytest.raises(ValueError, match="not for AWS"):
        demo.seed(stack)
