"""Challenges: signed, short-lived, for one purpose, written down only when they are answered."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from firstspawn.auth.challenge_repository import ChallengeRepository
from firstspawn.auth.errors import InvalidChallenge
from firstspawn.kit.clock import Clock, epoch
from firstspawn.kit.encoding import to_base64url
from firstspawn.kit.ids import RandomBytes
from firstspawn.kit.signing import sign, verify

CHALLENGE_LIFE = timedelta(minutes=5)
_NONCE_BYTES = 16


class Ceremony(StrEnum):
    """What a challenge is for."""

    SECOND_FACTOR = "second-factor"
    PASSKEY_REGISTRATION = "passkey-registration"
    PASSKEY_SIGN_IN = "passkey-sign-in"
    REAUTHENTICATION = "reauthentication"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a challenge is bound to, and how long it is still good for."""

    subject: str
    seconds: int


class Challenges:
    """Issues and redeems challenges. The subject is whom, or what, one is bound to."""

    def __init__(
        self, repository: ChallengeRepository, key: bytes, *, clock: Clock, random: RandomBytes
    ) -> None:
        self._answered, self._key = repository, key
        self._clock, self._random = clock, random

    def issue(self, ceremony: Ceremony, subject: str = "") -> str:
        """Make one: no call, so that asking for many leaves nothing behind."""
        until = epoch(self._clock() + CHALLENGE_LIFE)
        message = f"{until}.{to_base64url(self._random(_NONCE_BYTES))}.{subject}"
        return sign(self._key, f"challenge/{ceremony}", message.encode())

    def read(self, ceremony: Ceremony, challenge: str) -> Claim:
        """What a challenge of that ceremony is bound to: no call. Raises InvalidChallenge."""
        try:
            message = verify(self._key, f"challenge/{ceremony}", challenge).decode()
        except ValueError as error:
            raise InvalidChallenge from error
        until, _, subject = message.split(".", 2)
        seconds = int(until) - epoch(self._clock())
        if seconds <= 0:
            raise InvalidChallenge
        return Claim(subject, seconds)

    def attempt(self, challenge: str) -> None:
        """Count an answer to a challenge: one write. Raises InvalidChallenge after five."""
        self._answered.attempt(challenge, self._until())

    def use(self, challenge: str) -> None:
        """Use a challenge up: one write. Raises InvalidChallenge the second time."""
        self._answered.use(challenge, self._clock(), self._until())

    def _until(self) -> int:
        """No challenge is good for longer than one that is issued now."""
        return epoch(self._clock() + CHALLENGE_LIFE)
