"""The staff at work on the deployed platform: from a report to an appeal, from a ban to its end."""

import re
from typing import Any

import pytest

from infra.local.handle import StackHandle
from tests.e2e.gameserver import GameServer
from tests.e2e.players import Player, appointed, eventually, newcomer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

WORD = "Brackenmoor"
_LINK = re.compile(r"token=([\w.-]+)")


def ok(answer: Any) -> Any:
    """The body of an answer that is none but a good one."""
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def wrote(player: Player, server: GameServer, rating: int) -> str:
    """A player's review of a server."""
    form = {"rating": rating, "content": "Nobody minds the harbour at night."}
    review: str = ok(player.call("POST", f"/servers/{server.id}/reviews", form))["id"]
    return review


def told(stack: StackHandle, player: Player, words: str) -> str:
    """The text of the mail to a player that has these words in it."""

    def look() -> str | None:
        return next(
            (one["text"] for one in stack.mails(player.email) if words in one["text"]), None
        )

    return eventually(look, f"the mail about {words!r}", 60)


def logged(admin: Player, subject: str) -> list[str]:
    """What the audit log says was done to a subject, the oldest first."""
    found = ok(admin.call("GET", "/admin/audit", params={"subject": subject}))["items"]
    return [one["action"] for one in reversed(found)]


def test_a_report_hides_a_review_and_an_appeal_brings_it_back(stack: StackHandle) -> None:
    # Given a reviewed server, and a report of its review
    owner, author, reporter = newcomer(stack), newcomer(stack), newcomer(stack)
    server = GameServer(stack, owner, f"{WORD} Harbour")
    review = wrote(author, server, 5)

    def found(score: float, rating: float) -> bool:
        items = ok(Player(stack).call("GET", "/servers", params={"q": WORD}))["items"]
        return [(one["score"], one["averageRating"]) for one in items] == [(score, rating)]

    eventually(lambda: found(3.33, 5.0), "the review in the search", 60)
    ok(reporter.call("POST", f"/reviews/{review}/report", {"reason": "FAKE"}))
    # When a moderator finds it in the queue, takes it and hides it
    admin, moderator = appointed(stack, "ADMIN"), appointed(stack, "MODERATOR")
    case = f"/moderation/cases/review/{review}"
    queue = ok(moderator.call("GET", "/moderation/queue"))["items"]
    assert review in [one["subjectId"] for one in queue]
    ok(moderator.call("POST", f"{case}/assignment"))
    form = {"action": "hide", "reason": "Written for money.", "violation": "SPAM"}
    assert admin.call("POST", f"{case}/decisions", form).status_code == 409
    decision = ok(moderator.call("POST", f"{case}/decisions", form))["id"]
    # Then nobody sees or counts it, and its author is told why, with a way to appeal
    assert reporter.call("GET", f"/reviews/{review}").status_code == 404
    shown = server.shown()
    assert (shown["averageRating"], shown["score"], shown["reviewCount"]) == (0, 3.0, 0)
    eventually(lambda: found(3.0, 0), "the search to forget the review", 60)
    link = _LINK.search(told(stack, author, "Written for money."))
    assert link
    # When the author appeals, not signed in, and an admin agrees
    appeal = {"email": author.email, "token": link[1], "text": "Nobody paid me for that."}
    ok(Player(stack).call("POST", "/moderation/appeals", appeal))
    again = Player(stack).call("POST", "/moderation/appeals", appeal)
    assert again.json()["code"] == "invalid_appeal"
    appealed = ok(admin.call("GET", "/moderation/queue", params={"state": "APPEALED"}))["items"]
    assert review in [one["subjectId"] for one in appealed]
    why = {"reason": "There is nothing to show that."}
    ok(admin.call("POST", f"/moderation/decisions/{decision}/revert", why))
    # Then it counts again, everywhere, and all of it is in the log
    shown = server.shown()
    assert (shown["averageRating"], shown["score"], shown["reviewCount"]) == (5.0, 3.33, 1)
    eventually(lambda: found(3.33, 5.0), "the review back in the search", 60)
    told(stack, author, why["reason"])
    assert logged(admin, f"review:{review}") == [
        "case.assign", "decision.hide", "decision.revert",
    ]  # fmt: skip


def test_a_ban_ends_writing_at_once_and_hides_what_was_written_until_it_is_reverted(
    stack: StackHandle,
) -> None:
    # Given somebody with two reviews
    owner, author = newcomer(stack), newcomer(stack)
    servers = [GameServer(stack, owner, f"Gorsefield {name}") for name in ("East", "West")]
    for server in servers:
        wrote(author, server, 1)
    user = ok(author.call("GET", "/users/me"))["id"]
    admin, moderator = appointed(stack, "ADMIN"), appointed(stack, "MODERATOR")
    case = f"/moderation/cases/user/{user}"
    ok(moderator.call("POST", case, {"reason": "seen by myself"}))

    def counted() -> list[int]:
        return [server.shown()["reviewCount"] for server in servers]

    assert counted() == [1, 1]
    # When
    form = {"action": "ban", "reason": "Threats in every chat.", "hideContent": True}
    decision = ok(moderator.call("POST", f"{case}/decisions", form))["id"]
    # Then no write is let in, by the session there was or by a new one, and the reviews go
    profile = {"bio": "hello"}
    assert author.call("PATCH", "/users/me", profile).status_code == 401
    author.login()
    refused = author.call("PATCH", "/users/me", profile)
    assert (refused.status_code, refused.json()["code"]) == (403, "banned")
    eventually(lambda: counted() == [0, 0], "the reviews to be hidden", 60)
    # When
    ok(moderator.call("POST", f"/moderation/decisions/{decision}/revert", {"reason": "A mix-up"}))
    # Then
    ok(author.call("PATCH", "/users/me", profile))
    eventually(lambda: counted() == [1, 1], "the reviews to come back", 60)
    assert logged(admin, f"user:{user}") == ["case.open", "decision.ban", "decision.revert"]
