"""All reads and writes of attempts to sign in elsewhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from firstspawn.db import keys, writes
from firstspawn.kit.clock import epoch
from firstspawn.kit.signing import sha256_hex
from firstspawn.oauth.errors import InvalidAnswer, InvalidState
from firstspawn.oauth.models import Assertion, OAuthState
from firstspawn.oauth.schemas import ATTEMPT_SECONDS

# Longer than a provider's answer may be old or ahead of us, together.
_ASSERTION_LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Which provider, the page to come back to, and whose account is to be linked, if one is."""

    provider: str
    returnTo: str
    userId: str | None = None
    authEpoch: int | None = None


class AttemptRepository:
    """Attempts, and the answers that were used."""

    def store(self, state: str, browser: str, attempt: Attempt, now: datetime) -> None:
        """Remember an attempt under the hash of its state: one write."""
        writes.put(
            OAuthState.at(
                keys.oauth_state(sha256_hex(state)),
                provider=attempt.provider, returnTo=attempt.returnTo, userId=attempt.userId,
                authEpoch=attempt.authEpoch, browserHash=sha256_hex(browser),
                createdAt=now, expiresAt=epoch(now) + ATTEMPT_SECONDS,
            )
        )  # fmt: skip

    def take(self, state: str, browser: str, provider: str, now: datetime) -> Attempt:
        """Use an attempt up: one read, one conditional delete.

        Raises InvalidState if it is unknown, used, too old, of another browser or provider.
        """
        key = keys.oauth_state(sha256_hex(state))
        found = OAuthState.find(key, now, consistent=True)
        if found is None or found.browserHash != sha256_hex(browser) or found.provider != provider:
            raise InvalidState
        try:
            writes.delete(found, OAuthState.present(now))
        except writes.ConditionFailed as error:
            raise InvalidState from error
        epoch_then = None if found.authEpoch is None else int(found.authEpoch)
        return Attempt(provider, found.returnTo, found.userId, epoch_then)

    def use_assertion(self, provider: str, assertion: str, now: datetime) -> None:
        """Let an answer be used once: one write. Raises InvalidAnswer."""
        key = keys.assertion(sha256_hex(f"{provider}/{assertion}"))
        item = Assertion.at(key, createdAt=now, expiresAt=epoch(now + _ASSERTION_LIFE))
        writes.put(item, Assertion.absent(now), InvalidAnswer())
