"""A review worth trusting, from the minutes played to the place among search results and back."""

import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from clients.python.firstspawn_plugin import Credentials, sign
from infra.local.handle import StackHandle
from tests.e2e.players import Player, eventually, newcomer

pytestmark = pytest.mark.e2e

WORD = "Quillhaven"
TEXT = "We built a lighthouse here, and it still stands."


class GameServer:
    """A listed server with a plugin that signs what it reports."""

    def __init__(self, stack: StackHandle, owner: Player, name: str) -> None:
        listing = {"gameType": "HYTALE", "name": name, "ip": "quill.example.com"}
        listed = owner.call("POST", "/servers", listing)
        assert listed.status_code == 201, listed.text
        self.id: str = listed.json()["id"]
        issued = owner.call("POST", f"/servers/{self.id}/plugin/credentials", {"name": "e2e"})
        assert issued.status_code == 201, issued.text
        self._stack = stack
        self._credentials = Credentials(issued.json()["apiKey"], issued.json()["apiSecret"])
        self.call("/verify", {"pluginVersion": "1.0.0", "serverVersion": "2026.1"})

    def call(self, path: str, body: dict[str, Any]) -> Any:
        """Send a signed call."""
        data, target = json.dumps(body).encode(), f"/api/v1/plugin{path}"
        stamp, nonce = str(round(time.time() * 1000)), uuid.uuid4().hex
        headers = sign(self._credentials, "POST", target, data, timestamp=stamp, nonce=nonce)
        headers["Content-Type"] = "application/json"
        url = f"{self._stack.api_url}{target}"
        answer = httpx.post(url, content=data, headers=headers, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def visited_by(self, player: Player, minutes: int) -> None:
        """Let a player link the account they play with, and report how long they played."""
        character = str(uuid.uuid4())
        code = player.call("POST", "/identities/link/hytale", {}).json()["code"]
        self.call(
            "/identity/claim", {"code": code, "playerUuid": character, "playerName": player.name}
        )
        now = datetime.now(UTC)
        start = now - timedelta(minutes=minutes)
        played = {"uuid": character, "from": start.isoformat(), "to": now.isoformat()}
        self.call("/playtime/sync", {"players": [played]})

    def reviewed_by(self, player: Player, rating: int) -> str:
        """Let a player review it, and wait until the minutes have verified the review."""
        form = {"rating": rating, "content": TEXT}
        written = player.call("POST", f"/servers/{self.id}/reviews", form)
        assert written.status_code == 201, written.text
        review: str = written.json()["id"]
        eventually(
            lambda: player.call("GET", f"/reviews/{review}").json()["isVerified"],
            "the minutes to verify the review",
            60,
        )
        return review

    def shown(self) -> dict[str, Any]:
        """What everybody sees of it."""
        view: dict[str, Any] = Player(self._stack).call("GET", f"/servers/{self.id}").json()
        return view


def moderator(stack: StackHandle) -> Player:
    """A member of the staff, as an operator would appoint the first."""
    player = newcomer(stack)
    identifier = player.call("GET", "/users/me").json()["id"]
    stack.target.client("dynamodb").update_item(
        TableName=stack.environment["FIRSTSPAWN_TABLE"],
        Key={"PK": {"S": f"USER#{identifier}"}, "SK": {"S": "PROFILE"}},
        UpdateExpression="SET #role = :role",
        ExpressionAttributeNames={"#role": "role"},
        ExpressionAttributeValues={":role": {"S": "MODERATOR"}},
    )
    return player


@pytest.mark.timeout(300)
def test_playtime_makes_a_review_count_and_the_staff_can_take_that_back(
    stack: StackHandle,
) -> None:
    # Given two servers, both played on; of the second one its player thinks well
    owner, guest = newcomer(stack), Player(stack)
    ours, theirs = (GameServer(stack, owner, f"{WORD} {name}") for name in ("Ours", "Theirs"))
    fan, player = newcomer(stack), newcomer(stack)
    theirs.visited_by(fan, 70)
    theirs.reviewed_by(fan, 4)
    ours.visited_by(player, 70)

    def found_first(server: GameServer) -> bool:
        hits = guest.call("GET", "/servers", params={"q": WORD}).json()["items"]
        return [one["id"] for one in hits][:1] == [server.id] and len(hits) == 2

    eventually(lambda: found_first(theirs), "the reviewed server to be found first", 60)
    before = ours.shown()
    assert (before["score"], before["reviewCount"]) == (3.0, 0)
    # When the first one's player reviews it, and thinks better still
    review = ours.reviewed_by(player, 5)
    # Then its score moves, and its place in the search
    after = eventually(lambda: _counted(ours), "the verified review to be counted")
    assert (after["score"], after["averageRating"]) == (3.75, 5.0)
    eventually(lambda: found_first(ours), "the better server to be found first", 60)
    # And when the review is reported and hidden, both move back
    report = guest_report(stack, review)
    assert report == 202
    staff = moderator(stack)
    decision = {"action": "hide", "reason": "Written by the owner's brother."}
    decided = staff.call("POST", f"/moderation/cases/review/{review}/decisions", decision)
    assert decided.status_code == 201, decided.text
    back = ours.shown()
    assert (back["score"], back["reviewCount"], back["verifiedReviewCount"]) == (3.0, 0, 0)
    eventually(lambda: found_first(theirs), "the search to follow", 60)
    assert guest.call("GET", f"/reviews/{review}").status_code == 404


def _counted(server: GameServer) -> dict[str, Any] | None:
    view = server.shown()
    return view if view["verifiedReviewCount"] == 1 else None


def guest_report(stack: StackHandle, review: str) -> int:
    """Somebody else reports a review; the answer's status."""
    form = {"reason": "FAKE", "text": "They know each other."}
    return newcomer(stack).call("POST", f"/reviews/{review}/report", form).status_code
