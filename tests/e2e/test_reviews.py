"""A review worth trusting, from the minutes played to the place among search results and back."""

from typing import Any

import pytest

from infra.local.handle import StackHandle
from tests.e2e.gameserver import GameServer
from tests.e2e.players import Player, appointed, eventually, newcomer

pytestmark = pytest.mark.e2e

WORD = "Quillhaven"


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
    staff = appointed(stack, "MODERATOR")
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
