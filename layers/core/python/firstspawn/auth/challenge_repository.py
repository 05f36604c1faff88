"""All writes of what became of challenges. They are found by hash: the table shows none of them."""

from datetime import datetime

from firstspawn.auth.errors import InvalidChallenge
from firstspawn.auth.models import Challenge
from firstspawn.db import keys, writes
from firstspawn.db.counters import Full, count_up
from firstspawn.kit.signing import sha256_hex

TRIES = 5


class ChallengeRepository:
    """Answers to challenges."""

    def attempt(self, challenge: str, until: int) -> None:
        """Count a try if fewer than five were made and none was right: one write.

        Raises InvalidChallenge.
        """
        key = keys.challenge(sha256_hex(challenge))
        try:
            count_up(key, "Challenge", {"tries": TRIES}, expires=until)
        except Full as full:
            raise InvalidChallenge from full

    def use(self, challenge: str, now: datetime, until: int) -> None:
        """Note that a challenge was answered rightly: one write. Raises InvalidChallenge."""
        mark = Challenge.at(keys.challenge(sha256_hex(challenge)))
        actions = [
            Challenge.usedAt.set(now), Challenge.tries.set(TRIES), Challenge.expiresAt.set(until),
            Challenge.type.set(Challenge),
        ]  # fmt: skip
        writes.update(mark, actions, Challenge.usedAt.does_not_exist(), InvalidChallenge())
