"""Which change sends what where."""

import json
from typing import Any

import pytest

from firstspawn.events.changes import Change, Kind
from firstspawn.events.rules import Message, Target, messages

TOKEN = {"type": "EmailToken", "purpose": "VERIFY_EMAIL", "userId": "u1", "email": "a@example.com",
    "seed": "seed", "expiresAt": 1795435200}  # fmt: skip
MAIL = {"type": "Mail", "template": "account_exists", "to": "a@example.com", "params": "{}",
    "expiresAt": 1795435200}  # fmt: skip
MEMBER = {"type": "RosterMember", "serverId": "s1", "shard": 7, "slot": 3, "edition": "JAVA",
    "ipAddress": "play.example.com", "port": 25565}  # fmt: skip
STATUS = {"type": "ServerStatus", "serverId": "s1", "isOnline": False, "playerCount": 0}


REVIEW = {"type": "Review", "id": "r1", "serverId": "s1", "userId": "u1", "rating": 4,
    "content": "Old", "isVerified": False, "isApproved": True, "upvotes": 0,
    "createdAt": "t"}  # fmt: skip
VOTE = {"type": "ReviewVote", "reviewId": "r1", "voterId": "u2", "isUpvote": True}
FAVORITE = {"type": "Favorite", "serverId": "s1", "userId": "u1"}


def inserted(item: dict[str, Any]) -> Change:
    return Change("e1", Kind.INSERT, item["type"], {}, item)


def modified(item: dict[str, Any], **changes: Any) -> Change:
    return Change("e1", Kind.MODIFY, item["type"], item, {**item, **changes})


def bodies(found: list[Message]) -> list[tuple[Target, dict[str, Any]]]:
    return [(message.target, json.loads(message.body)) for message in found]


def test_a_new_token_is_mailed_by_its_seed_and_never_itself() -> None:
    mail = {
        "id": "e1",
        "template": "verify_email",
        "to": "a@example.com",
        "params": {"purpose": "VERIFY_EMAIL", "seed": "seed"},
        "expiresAt": 1795435200,
    }

    assert bodies(messages(inserted(TOKEN))) == [(Target.MAIL, mail)]


def test_a_new_mail_is_sent() -> None:
    [(target, body)] = bodies(messages(inserted(MAIL | {"params": '{"name": "x"}'})))

    assert target is Target.MAIL
    assert (body["template"], body["params"]) == ("account_exists", {"name": "x"})


def test_a_new_server_has_its_roster_checked_at_once() -> None:
    check = {"from": 7, "to": 8, "step": 1, "direct": True}

    assert bodies(messages(inserted(MEMBER))) == [(Target.UPTIME, check)]


@pytest.mark.parametrize("change", [{"ipAddress": "other.example.com"}, {"port": 19132}])
def test_a_server_that_moved_is_checked_at_once(change: dict[str, Any]) -> None:
    assert [message.target for message in messages(modified(MEMBER, **change))] == [Target.UPTIME]


def test_a_member_that_changed_in_nothing_but_its_times_is_left_alone() -> None:
    assert messages(modified(MEMBER, updatedAt="2026-11-22T12:00:00.000Z")) == []


def test_a_server_that_goes_online_is_told_of() -> None:
    event = {"event": "server:statusChange", "serverId": "s1", "isOnline": True}

    assert bodies(messages(modified(STATUS, isOnline=True))) == [(Target.LOG, event)]


def test_more_players_are_no_event() -> None:
    assert messages(modified(STATUS, playerCount=12)) == []


def test_a_server_that_leaves_its_roster_was_deleted() -> None:
    [(target, told)] = bodies(messages(Change("e1", Kind.REMOVE, "RosterMember", MEMBER, {})))

    assert target is Target.REACTIONS
    assert (told["event"], told["data"]) == ("server.deleted", {"serverId": "s1"})


@pytest.mark.parametrize("item", [TOKEN, MAIL, STATUS])
def test_a_removal_is_no_event(item: dict[str, Any]) -> None:
    assert messages(Change("e1", Kind.REMOVE, item["type"], item, {})) == []


@pytest.mark.parametrize("item", [TOKEN, MAIL, MEMBER])
def test_whatever_the_ttl_does_is_no_event(item: dict[str, Any]) -> None:
    assert messages(Change("e1", Kind.INSERT, item["type"], {}, item, expired=True)) == []


@pytest.mark.parametrize("item", [TOKEN, MAIL])
def test_a_changed_mail_is_not_sent_again(item: dict[str, Any]) -> None:
    assert messages(modified(item, expiresAt=1795435201)) == []


def test_a_type_without_a_rule_means_nothing() -> None:
    assert messages(inserted({"type": "User"})) == []


COUNTED = (Target.REACTIONS, "server.counted", {"serverId": "s1"})


def told(change: Change) -> list[tuple[Target, str, Any]]:
    """Target, event and fields of everything that follows."""
    return [
        (target, body["event"], body.get("data", {k: v for k, v in body.items() if k != "event"}))
        for target, body in bodies(messages(change))
    ]


def test_a_new_review_and_a_new_favourite_are_told_of() -> None:
    review = {"serverId": "s1", "reviewId": "r1", "rating": 4}

    assert told(inserted(REVIEW)) == [
        (Target.LOG, "server:newReview", review),
        COUNTED,
        (Target.REACTIONS, "review.written", {"id": "r1"}),
    ]
    assert told(inserted(FAVORITE)) == [
        (Target.LOG, "server:newFavorite", {"serverId": "s1", "userId": "u1"}),
        COUNTED,
    ]
    assert told(Change("e1", Kind.REMOVE, "Favorite", FAVORITE, {})) == [COUNTED]


@pytest.mark.parametrize("change", [{"rating": 1}, {"isVerified": True}, {"isApproved": False}])
def test_what_moves_a_review_in_its_orders_is_followed(change: dict[str, Any]) -> None:
    changed = (Target.REACTIONS, "review.changed", {"id": "r1"})
    assert told(modified(REVIEW, **change)) == [changed, COUNTED]


@pytest.mark.parametrize("change", [{"title": "New"}, {"content": "New"}])
def test_what_a_review_says_anew_is_looked_at(change: dict[str, Any]) -> None:
    written = (Target.REACTIONS, "review.written", {"id": "r1"})
    assert told(modified(REVIEW, **change)) == [written]


@pytest.mark.parametrize("verified", [True, False])
def test_an_account_is_verified_once(verified: bool) -> None:
    user = {"type": "User", "id": "u1", "emailVerified": verified}
    event = [(Target.REACTIONS, "user.verified", {"id": "u1"})]
    assert told(inserted(user)) == (event if verified else [])
    assert told(modified(user, emailVerified=True)) == ([] if verified else event)


def test_reports_and_decisions_are_followed() -> None:
    report = {"type": "ModerationReport", "subject": "user:u1", "reporterId": "u2"}
    decision = {"type": "ModerationDecision", "id": "d1", "standing": "IN_FORCE"}
    reported = (Target.REACTIONS, "case.reported", {"subject": "user:u1"})
    decided = (Target.REACTIONS, "decision.changed", {"id": "d1"})
    assert told(inserted(report)) == [reported]
    assert told(inserted(decision)) == told(modified(decision, standing="REVERTED")) == [decided]


def test_a_reviews_votes_are_told_by_the_votes_alone() -> None:
    assert told(modified(REVIEW, upvotes=1)) == []
    data = {"reviewId": "r1", "voterId": "u2"}
    rated = (Target.LOG, "user:reviewRated", {"reviewId": "r1", "isUpvote": True})
    voted = (Target.REACTIONS, "review.voted", data)
    assert told(inserted(VOTE)) == [rated, voted]
    assert [event for _, event, _ in told(modified(VOTE, isUpvote=False))] == [
        "user:reviewRated", "review.voted"
    ]  # fmt: skip
    assert told(Change("e1", Kind.REMOVE, "ReviewVote", VOTE, {})) == [voted]


def test_a_review_that_is_gone_leaves_its_votes_to_be_removed() -> None:
    removed = Change("e1", Kind.REMOVE, "Review", REVIEW, {})

    gone = (Target.REACTIONS, "review.deleted", {"id": "r1", "createdAt": "t"})
    assert told(removed) == [gone, COUNTED]


def clock_change(linked: bool, servers: str, kind: Kind = Kind.MODIFY) -> Change:
    item = {
        "type": "PlayerClock",
        "platform": "MINECRAFT",
        "player": "p1",
        "lastServerId": "s1",
        "servers": servers,
    } | ({"linked": True} if linked else {})
    return Change("e1", kind, "PlayerClock", {"type": "PlayerClock", "servers": "{}"}, item)


def test_a_players_clock_is_told_of_only_if_somebody_is_linked_and_it_moved() -> None:
    (message,) = messages(clock_change(linked=True, servers='{"s1": [60, 0, 1]}'))

    assert message.target is Target.REACTIONS
    assert json.loads(message.body)["data"]["lastServerId"] == "s1"
    assert messages(clock_change(linked=False, servers='{"s1": [60, 0, 1]}')) == []
    assert messages(clock_change(linked=True, servers="{}")) == []


@pytest.mark.parametrize(("kind", "linked"), [(Kind.INSERT, True), (Kind.REMOVE, False)])
def test_a_link_that_comes_or_goes_is_told_of(kind: Kind, linked: bool) -> None:
    item = {"type": "Identity", "userId": "u1", "platform": "MINECRAFT", "platformUserId": "p1"}
    old, new = ({}, item) if linked else (item, {})

    (message,) = messages(Change("e1", kind, "Identity", old, new))

    assert json.loads(message.body)["data"] == {
        "userId": "u1", "platform": "MINECRAFT", "platformUserId": "p1", "scopeServerId": None,
        "linked": linked,
    }  # fmt: skip


def test_playtime_is_told_of_when_its_active_minutes_change() -> None:
    before = {"type": "Played", "userId": "u1", "serverId": "s1", "activeMinutes": 5}
    idle, more = before | {"afkMinutes": 3}, before | {"activeMinutes": 6}

    assert messages(Change("e1", Kind.MODIFY, "Played", before, idle)) == []
    (message,) = messages(Change("e1", Kind.MODIFY, "Played", before, more))
    assert json.loads(message.body)["data"] == {"userId": "u1", "serverId": "s1"}
    assert len(messages(Change("e1", Kind.REMOVE, "Played", before, {}))) == 1


def test_the_end_of_a_link_whose_token_we_hold_has_it_revoked() -> None:
    item = {"type": "Identity", "userId": "u1", "platform": "DISCORD", "platformUserId": "p1"}

    def told(**changes: str) -> list[Message]:
        found = messages(Change("e1", Kind.REMOVE, "Identity", item | changes, {}))
        return [message for message in found if message.target is Target.IDENTITIES]

    (message,) = told()
    revoke = {"task": "revoke", "userId": "u1", "platform": "DISCORD", "platformUserId": "p1"}
    assert json.loads(message.body) == revoke
    assert told(platform="STEAM") == []
    assert [one.target for one in messages(inserted(item))] == [Target.REACTIONS]
