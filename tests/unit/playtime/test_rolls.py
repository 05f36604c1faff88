"""Heartbeats that named their players, and who was not among them."""

from firstspawn.playtime.accounting import Circumstances, Claim, Clock, Reason, Roll, Room, account
from firstspawn.playtime.spans import Span
from firstspawn.plugins import rolls

NOW = 1_795_000_000


def test_who_was_there_through_a_heartbeat_that_did_not_name_them_was_not_there() -> None:
    # Given a heartbeat that named one of two
    told = rolls.Roll(NOW - 150, rolls.pack(["present"]))
    at = Circumstances("s1", NOW, rolls=[Roll(told.at, told.named)])
    spans = {"through": Span(NOW - 300, NOW), "after": Span(NOW - 100, NOW)}

    def active(player: str, span: str) -> tuple[int, list[Reason]]:
        (verdict,) = account(Clock(), [Claim(player, None, spans[span])], at, Room(None, {}))
        return verdict.active, verdict.reasons

    # Then
    assert active("present", "through") == (300, [])
    assert active("absent", "through") == (0, [Reason.ABSENT])
    assert active("absent", "after") == (100, [])
