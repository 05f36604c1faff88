"""Looks after accounts elsewhere while their people are away: fresh profiles, no token left over.

A refresh token works once, so each is claimed before it is traded, and what comes of it is stored
on the condition that nothing else has taken its place.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from firstspawn.clients.oauth.interface import (
    ProviderRefused,
    ProviderUnavailable,
    TokenProvider,
)
from firstspawn.clients.queues import Queue
from firstspawn.clients.vault import VaultError
from firstspawn.errors import ChangedMeanwhile, Unavailable
from firstspawn.identities.profiles import metadata_of, name_of
from firstspawn.identities.repository import seen_as
from firstspawn.identities.schemas import Linkable, Platform, RefreshTask, RevokeTask
from firstspawn.identities.token_repository import SHARDS, HeldToken, TokenRepository
from firstspawn.identities.tokens import TokenSeal
from firstspawn.kit.clock import Clock

_AT_ONCE = 15  # with two slow calls each, what the worker has the time for
_PATIENCE = 3
_log = logging.getLogger("firstspawn.identities")


class Outcome(StrEnum):
    """What became of a token: `LATER` is a provider's failure, `LEFT` is somebody else's work."""

    FRESH = "fresh"
    DROPPED = "dropped"
    REVOKED = "revoked"
    LATER = "later"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did, by outcome, and whether there is more to do in its shard."""

    counts: Mapping[str, int]
    more: bool


class IdentityUpkeep:
    """Trades, uses and revokes refresh tokens."""

    def __init__(
        self,
        repository: TokenRepository,
        seal: TokenSeal,
        providers: Mapping[str, TokenProvider],
        clock: Clock,
    ) -> None:
        self._held, self._seal, self._providers = repository, seal, providers
        self._clock = clock

    def refresh(self, task: RefreshTask) -> Step:
        """Look after up to 15 tokens of a shard whose accounts were seen a week ago or earlier.

        A query and a batch of reads; for each, three writes and two calls to its provider. One that
        fails is put off for a day, so the list moves on. Raises ProviderUnavailable after three
        failures, and ChangedMeanwhile: the message must come again.
        """
        now, counts = self._clock(), dict.fromkeys(map(str, Outcome), 0)
        found, more = self._held.due(task.shard, now, _AT_ONCE)
        for token in found:
            counts[self._look_after(token, now)] += 1
            if counts[Outcome.LATER] >= _PATIENCE:
                raise ProviderUnavailable(f"{_PATIENCE} accounts could not be asked about")
        return Step(counts, more)

    def revoke(self, task: RevokeTask) -> Outcome:
        """Give a token back that an unlinked account left: a batch of reads, a call, a write.

        Nothing if it is linked again, whoever with: the platform has one permission for us, and
        revoking ends the new token as well. Raises ProviderUnavailable, ChangedMeanwhile.
        """
        token = self._held.find(task.platform, task.platformUserId)
        is_theirs = token is not None and token.userId == task.userId
        if token is None or not is_theirs or token.ownerId == token.userId:
            return Outcome.LEFT
        return self._give_back(token)

    def _look_after(self, token: HeldToken, now: datetime) -> Outcome:
        if not self._held.claim(token, now):
            return Outcome.LEFT
        try:
            if token.ownerId != token.userId:
                return self._give_back(token)
            return self._renew(token, now)
        except ProviderUnavailable as error:
            _log.warning("provider failed", extra={"platform": token.platform, "why": str(error)})
            return Outcome.LATER

    def _renew(self, token: HeldToken, now: datetime) -> Outcome:
        provider = self._provider(token)
        if provider is None:
            return Outcome.LEFT
        try:
            tokens = provider.renew(self._open(token))
        except (ProviderRefused, VaultError):
            return Outcome.DROPPED if self._held.drop(token) else Outcome.LEFT
        sealed = self._seal.close(token.userId, token.platform, tokens.refresh)
        if not self._held.rotate(token, sealed, now):
            return self._overtaken(token, provider, tokens.refresh)
        try:
            person = provider.profile(tokens.access)
        except ProviderRefused as error:
            raise ProviderUnavailable(str(error)) from error
        if person.subject != token.platformUserId:
            raise ProviderUnavailable("another account's profile")
        seen = Linkable(
            Platform(token.platform), person.subject, name_of(person.name),
            metadata_of(person.profile),
        )  # fmt: skip
        noted = self._held.note(replace(token, sealed=sealed), seen_as(seen, now), now)
        return Outcome.FRESH if noted else Outcome.LEFT

    def _overtaken(self, token: HeldToken, provider: TokenProvider, refresh: str) -> Outcome:
        """Somebody signed in meanwhile; or unlinked, and then the new token is to be given back."""
        found = self._held.find(token.platform, token.platformUserId)
        if found is not None:
            return Outcome.LEFT
        provider.revoke(refresh)
        return Outcome.REVOKED

    def _give_back(self, token: HeldToken) -> Outcome:
        provider = self._provider(token)
        if provider and token.ownerId is None:
            try:
                provider.revoke(self._open(token))
            except VaultError:
                _log.exception("token cannot be opened", extra={"userId": token.userId})
        if not self._held.drop(token):
            raise ChangedMeanwhile
        return Outcome.REVOKED

    def _open(self, token: HeldToken) -> str:
        return self._seal.open(token.userId, token.platform, token.sealed)

    def _provider(self, token: HeldToken) -> TokenProvider | None:
        return self._providers.get(token.platform.lower())


class RefreshSchedule:
    """Starts the day's round."""

    def __init__(self, queue: Queue, *, is_wanted: bool) -> None:
        self._queue, self._is_wanted = queue, is_wanted

    def start(self) -> int:
        """Send a message for each part of the list; return how many. Raises Unavailable."""
        bodies = [RefreshTask(shard=one).model_dump_json() for one in SHARDS]
        if not self._is_wanted:
            return 0
        if self._queue.send(bodies):
            raise Unavailable
        return len(bodies)
