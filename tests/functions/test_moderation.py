"""Moderation over HTTP: from a report to the answer to an appeal."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from firstspawn.auth.tokens import EmailTokens
from firstspawn.events.changes import Change, Kind
from firstspawn.events.rules import messages
from firstspawn.mail.letters import Site
from firstspawn.mail.models import Mail
from firstspawn.mail.templates import TEMPLATES
from firstspawn.moderation.models import ModerationReport
from firstspawn.reputation.rules import Action
from firstspawn.users.schemas import Role
from firstspawn.wiring import Container
from tests.support.client import Answer, Client
from tests.support.clock import FrozenClock
from tests.support.factories import PASSWORD, Account, Accounts
from tests.support.reviews import Critics

REPORT = {"reason": "SPAM", "text": "The same words everywhere"}
WHY = "Advertising is not allowed in reviews"


@dataclass
class Town:
    """People, a server and a review of it."""

    client: Client
    admin: Account
    moderator: Account
    author: Account
    reader: Account
    server: str
    review: str

    def decide(self, path: str, **form: Any) -> Answer:
        body = {"reason": WHY, **form}
        return self.client.post(f"{path}/decisions", body, token=self.moderator.access)

    @property
    def case(self) -> str:
        return f"/moderation/cases/review/{self.review}"


@pytest.fixture
def town(client: Client, accounts: Accounts, stack: Container) -> Town:
    server = Critics(stack).server()
    author = accounts.create()
    form = {"rating": 1, "content": "Buy cheap diamonds at my own shop!"}
    review = client.post(f"/servers/{server}/reviews", form, token=author.access).json["id"]
    admin, moderator = (accounts.create(role=one.value) for one in (Role.ADMIN, Role.MODERATOR))
    return Town(client, admin, moderator, author, accounts.create(), server, review)


def mailed(stack: Container, to: Account, template: str) -> tuple[str, str]:
    """The text of the last mail to somebody, and the link in it."""
    found = [mail for mail in Mail.scan() if (mail.to, mail.template) == (to.email, template)]
    last = max(found, key=lambda mail: str(mail.createdAt))
    tokens = EmailTokens(stack.secrets.macKey, stack.random)
    letter = TEMPLATES[template](last.params, Site("https://x.example", tokens.token))
    return " ".join(letter.paragraphs), letter.link


def test_from_a_report_to_the_answer_to_an_appeal(
    town: Town, client: Client, stack: Container, clock: FrozenClock
) -> None:
    # Given a report
    path = f"/reviews/{town.review}/report"
    assert client.post(path, REPORT, token=town.reader.access).status == 202
    assert client.post(path, REPORT, token=town.reader.access).code == "already_reported"
    assert client.post(path, REPORT, token=town.author.access).code == "own_content"
    queue = client.get("/moderation/queue", token=town.moderator.access)
    assert [case["subjectId"] for case in queue.json["items"]] == [town.review]
    assert town.reader.id not in queue.body
    # When a moderator takes the case and hides the review
    assert client.post(f"{town.case}/assignment", token=town.moderator.access).status == 200
    decision = town.decide(town.case, action="hide", violation="SPAM")
    assert (decision.status, decision.json["standing"]) == (201, "IN_FORCE")
    # Then nobody else sees it, and its author is told why and not by whom
    assert client.get(f"/reviews/{town.review}").status == 404
    text, link = mailed(stack, town.author, "decision")
    assert WHY in text
    assert town.moderator.id not in text
    # When the author appeals, without signing in
    token = link.partition("token=")[2]
    appeal = {"email": town.author.email, "token": token, "text": "It was a joke, sorry for it."}
    wrong = client.post("/moderation/appeals", {**appeal, "email": town.reader.email})
    assert wrong.code == "invalid_appeal"
    assert client.post("/moderation/appeals", appeal).status == 202
    assert client.post("/moderation/appeals", appeal).code == "invalid_appeal"
    # Then it is before the staff again, and somebody else has to judge it
    queue = client.get("/moderation/queue", query=[("state", "APPEALED")], token=town.admin.access)
    assert [case["subjectId"] for case in queue.json["items"]] == [town.review]
    path = f"/moderation/decisions/{decision.json['id']}"
    upheld = client.post(f"{path}/uphold", {"reason": WHY}, token=town.moderator.access)
    assert upheld.code == "own_decision"
    reverted = client.post(f"{path}/revert", {"reason": "A good joke"}, token=town.admin.access)
    assert (reverted.json["standing"], reverted.json["appeal"]) == ("REVERTED", "ACCEPTED")
    assert client.get(f"/reviews/{town.review}").status == 200
    assert "A good joke" in mailed(stack, town.author, "decision_reverted")[0]
    case = client.get(town.case, token=town.moderator.access).json
    assert (case["state"], len(case["decisions"]), case["decisionId"]) == ("RESOLVED", 1, None)
    # And all of it is in the log
    log = client.get(
        "/admin/audit", query=[("subject", f"review:{town.review}")], token=town.admin.access
    ).json["items"]
    assert sorted(entry["action"] for entry in log) == [
        "case.assign", "decision.hide", "decision.revert",
    ]  # fmt: skip


def test_an_appeal_can_be_rejected(town: Town, client: Client, stack: Container) -> None:
    # Given
    client.post(town.case, {"reason": "seen it myself"}, token=town.moderator.access)
    decision = town.decide(town.case, action="remove").json["id"]
    token = mailed(stack, town.author, "decision")[1].partition("token=")[2]
    form = {"email": town.author.email, "token": token, "text": "I do not agree with that."}
    client.post("/moderation/appeals", form)
    # When
    path = f"/moderation/decisions/{decision}/uphold"
    answer = client.post(path, {"reason": "It is an advertisement"}, token=town.admin.access)
    # Then
    assert (answer.status, answer.json["appeal"]) == (200, "REJECTED")
    assert client.get(f"/reviews/{town.review}").status == 404
    assert "It stands" in mailed(stack, town.author, "appeal_rejected")[0]
    again = client.post(path, {"reason": "once more"}, token=town.admin.access)
    assert again.code == "no_appeal"


def test_the_banned_write_no_more_at_once_and_again_when_it_is_over(
    town: Town, client: Client, clock: FrozenClock
) -> None:
    # Given
    path, vote = f"/moderation/cases/user/{town.author.id}", f"/servers/{town.server}/favorite"
    profile = {"bio": "hello"}
    assert client.patch("/users/me", profile, token=town.author.access).status == 200
    client.post(path, {"reason": "spam everywhere"}, token=town.moderator.access)
    # When
    assert town.decide(path, action="suspend", hours=48).status == 201
    # Then the session is over, and a new one may read alone
    for _ in range(2):
        denied = client.patch("/users/me", profile, token=town.author.access)
        assert (denied.status, denied.code) == (401, "session_ended")
    form = {"email": town.author.email, "password": PASSWORD}
    access = client.post("/auth/login", form).json["accessToken"]
    denied = client.patch("/users/me", profile, token=access)
    assert (denied.status, denied.code) == (403, "banned")
    assert denied.json["bannedUntil"].startswith("2026-11-24T12:00")
    assert denied.json["reason"] == WHY
    assert client.post(vote, token=access).status in (403, 404)
    me = client.get("/users/me", token=access).json
    assert (me["isBanned"], me["banReason"]) == (True, WHY)
    # And it ends by itself
    clock.advance(hours=48)
    access = client.post("/auth/login", form).json["accessToken"]
    assert client.patch("/users/me", profile, token=access).status == 200


def test_roles_are_given_by_admins_to_others(town: Town, client: Client) -> None:
    # Given
    path = f"/users/{town.reader.id}/role"
    body = {"role": "MODERATOR", "reason": "helps a lot"}
    # When / Then
    assert client.patch(path, body, token=town.moderator.access).status == 403
    assert client.get("/moderation/queue", token=town.reader.access).status == 403
    for _ in range(2):
        assert client.patch(path, body, token=town.admin.access).status == 204
    assert client.get("/moderation/queue", token=town.reader.access).status == 200
    own = client.patch(f"/users/{town.admin.id}/role", body, token=town.admin.access)
    assert own.code == "outranked"
    query = [("subject", f"user:{town.reader.id}")]
    (entry,) = client.get("/admin/audit", query=query, token=town.admin.access).json["items"]
    assert (entry["before"], entry["after"]) == ({"role": "USER"}, {"role": "MODERATOR"})


def test_staff_recommends_servers(town: Town, client: Client) -> None:
    # When
    body = {"isFeatured": True, "reason": "server of the month"}
    path = f"/moderation/servers/{town.server}"
    assert client.patch(path, body, token=town.reader.access).status == 403
    assert client.patch(path, body, token=town.moderator.access).status == 204
    # Then
    assert client.get(f"/servers/{town.server}").json["isFeatured"] is True


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/reviews/nothing/report", REPORT, 404),
        (f"/servers/{'x' * 3000}/report", REPORT, 404),
        ("/users/nobody/report", {"reason": "BORING"}, 422),
        ("/users/nobody/report", {**REPORT, "text": "x" * 1001}, 422),
    ],
)
def test_bad_reports_are_refused(
    town: Town, client: Client, path: str, body: dict[str, str], status: int
) -> None:
    # When / Then
    assert client.post(path, body, token=town.reader.access).status == status


def test_bad_requests_of_the_staff_are_refused(town: Town, client: Client) -> None:
    # When / Then
    token, long = town.moderator.access, "x" * 3000
    for kind in ("review", "server", "user", "guild"):
        for subject in ("nothing", long, "%00"):
            path = f"/moderation/cases/{kind}/{subject}"
            assert client.get(path, token=token).status == 404
            assert client.post(path, {"reason": "look"}, token=token).status == 404
            assert client.post(f"{path}/assignment", token=token).status == 404
            assert client.post(f"{path}/notes", {"text": "x"}, token=token).status == 404
            assert town.decide(path, action="approve").status == 404
    for decision in ("nothing", long, "01KAPNMV00000000000000000Z"):
        path = f"/moderation/decisions/{decision}"
        assert client.post(f"{path}/revert", {"reason": "none"}, token=token).status == 404
    assert town.decide(town.case, action="ban").status == 422
    assert town.decide(town.case, action="burn").status == 422
    bad = client.get("/moderation/queue", query=[("state", "RESOLVED")], token=token)
    assert bad.status == 422
    forms = [{}, {"email": "a@b.example", "token": long, "text": "x" * 20}]
    assert [client.post("/moderation/appeals", form).status for form in forms] == [422, 422]


def test_a_report_is_of_the_stream_with_nothing_but_its_subject(town: Town, client: Client) -> None:
    # Given
    client.post(f"/reviews/{town.review}/report", REPORT, token=town.reader.access)
    (report,) = [one for one in ModerationReport.scan() if town.review in one.subject]
    # When
    image = {"type": "ModerationReport", **report.attribute_values}
    (message,) = messages(Change("e", Kind.INSERT, "ModerationReport", {}, image))
    # Then
    assert json.loads(message.body)["data"] == {"subject": f"review:{town.review}"}


def test_a_copy_of_ones_data_has_ones_own_and_nobody_elses(
    town: Town, client: Client, stack: Container
) -> None:
    # Given
    client.post(f"/users/{town.author.id}/report", REPORT, token=town.reader.access)
    stack.reputation.apply(town.author.id, Action.REVIEW_UPVOTED, "review.voter", about="review")
    # When
    sections = stack.export_sections
    reports = list(sections["reports"](town.reader.id))
    ledger = list(sections["reputation"](town.author.id))
    # Then
    assert [(one["reason"], one["text"]) for one in reports] == [("SPAM", REPORT["text"])]
    assert [(one["delta"], one["about"]) for one in ledger] == [(5, "review")]
    assert "voter" not in json.dumps(ledger)
