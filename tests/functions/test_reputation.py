"""Reputation and the audit log over HTTP."""

from collections.abc import Sequence

from app import app
from firstspawn.events.publisher import Publisher
from firstspawn.events.rules import Target
from firstspawn.reputation.rules import Action
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from functions.queues.reactions import handler
from functions.streams.events import handler as publisher
from tests.support.client import Client
from tests.support.events import sqs_event, stream_record
from tests.support.factories import Accounts
from tests.support.permissions import under_role

REASON = {"delta": 40, "reason": "Found a bug and told us"}


def test_an_admin_adjusts_and_everybody_sees_the_sum(client: Client, accounts: Accounts) -> None:
    # Given
    admin, player = accounts.create(role=Role.ADMIN.value), accounts.create()
    # When
    path = f"/users/{player.id}/reputation"
    answer = client.post(path, REASON, token=admin.access, headers={"Idempotency-Key": "k1"})
    # Then
    assert (answer.status, answer.json["reputation"]) == (201, 40)
    seen = client.get(f"/users/{player.username}/reputation").json
    assert seen["actions"] == [{"action": "MANUAL_ADJUSTMENT", "total": 40, "entries": 1}]
    mine = client.get("/users/me/reputation", token=player.access).json
    assert [(one["delta"], one["reason"]) for one in mine["items"]] == [(40, REASON["reason"])]
    assert admin.id not in str(mine)
    query = [("subject", f"user:{player.id}")]
    (entry,) = client.get("/admin/audit", query=query, token=admin.access).json["items"]
    assert (entry["actorId"], entry["action"]) == (admin.id, "reputation.adjust")


def test_bad_adjustments_and_queries_are_refused(client: Client, accounts: Accounts) -> None:
    # Given
    admin, moderator = (accounts.create(role=role.value) for role in (Role.ADMIN, Role.MODERATOR))
    path = f"/users/{moderator.id}/reputation"
    # When / Then
    for body in ({"delta": 0, "reason": "none"}, {"delta": 5}, {"delta": 10**6, "reason": "big"}):
        assert client.post(path, body, token=admin.access).status == 422
    key = {"Idempotency-Key": "a b"}
    assert client.post(path, REASON, token=admin.access, headers=key).status == 400
    assert client.post(path, REASON, token=moderator.access).status == 403
    assert client.post("/users/nobody-here/reputation", REASON, token=admin.access).status == 404
    both = [("actor", "a"), ("subject", "user:b")]
    for query in ([("month", "2026-13")], [("subject", "x")], both):
        assert client.get("/admin/audit", query=query, token=admin.access).status == 422
    bad = client.get("/admin/audit", query=[("cursor", "x")], token=admin.access)
    assert bad.code == "bad_cursor"
    assert client.get("/admin/audit", token=moderator.access).status == 403


def test_the_audit_log_cannot_be_written_through_the_api() -> None:
    # When
    paths = {route.path: route.method for route in app.declared if "audit" in route.path}
    assert paths == {"/api/v1/admin/audit": "GET"}


def test_nobody_sees_whose_vote_it_was(
    client: Client, accounts: Accounts, stack: Container
) -> None:
    # Given
    player = accounts.create()
    stack.reputation.apply(player.id, Action.REVIEW_DOWNVOTED, "review.voter", about="review")
    # When
    mine = client.get("/users/me/reputation", token=player.access)
    # Then
    assert mine.json["items"][0]["about"] == "review"
    assert "voter" not in mine.body


def test_verifying_an_address_is_worth_something_once(accounts: Accounts, stack: Container) -> None:
    # Given the changes of a profile's life
    player = accounts.create()
    new, old = (
        {"type": "User", "id": player.id, "emailVerified": is_it} for is_it in (True, False)
    )
    sent: list[str] = []

    class Sink:
        def send(self, bodies: Sequence[str]) -> list[int]:
            sent.extend(bodies)
            return []

    stack.__dict__["publisher"] = Publisher({Target.REACTIONS: Sink()})
    changes = [("INSERT", None, old), ("MODIFY", old, new), ("MODIFY", new, new)]
    records = [
        stream_record(kind, old=before, new=after, number=number)
        for number, (kind, before, after) in enumerate(changes)
    ]
    # When they are told, the message twice
    assert publisher({"Records": records}, None)["batchItemFailures"] == []
    (message,) = sent
    react = under_role(handler, "Reactor")
    for _ in range(2):
        assert react(sqs_event([message]), None)["batchItemFailures"] == []
    # Then
    assert stack.reputation.summary(player.id).reputation == 10
