"""Rules of API tokens: how one is made, what it proves, how it ends."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from firstspawn.apitokens.errors import ApiTokenLimitReached, ApiTokenNotFound, InvalidApiToken
from firstspawn.apitokens.repository import ApiTokenRepository, NewToken, PlaceTaken
from firstspawn.apitokens.schemas import (
    MOST_TOKENS,
    PREFIX,
    ApiTokenList,
    ApiTokenView,
    IssueApiToken,
    IssuedApiToken,
    ScopeList,
    ScopeView,
)
from firstspawn.apitokens.scopes import DESCRIPTIONS
from firstspawn.kit.clock import Clock
from firstspawn.kit.encoding import to_base64url
from firstspawn.kit.ids import NewId, RandomBytes, is_ulid
from firstspawn.kit.signing import sha256_hex
from firstspawn.users.schemas import Caller

_FORM = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")


class ApiTokenService:
    """Issues, lists, revokes and recognises tokens."""

    def __init__(
        self, repository: ApiTokenRepository, *, clock: Clock, new_id: NewId, random: RandomBytes
    ) -> None:
        self._tokens = repository
        self._clock, self._new_id, self._random = clock, new_id, random

    def issue(self, caller: Caller, form: IssueApiToken) -> IssuedApiToken:
        """Make a token with 256 bits of randomness: one query, one transaction.

        It ends with its time, with its revocation, and with everything that ends all logins of
        the account. Raises ApiTokenLimitReached, Unauthenticated.
        """
        now = self._clock()
        secret = PREFIX + to_base64url(self._random(32))
        until = now + timedelta(days=form.expiresInDays)
        new = NewToken(self._new_id(), sha256_hex(secret), form.name, frozenset(form.scopes), until)
        # Whoever loses a place to another request finds one place less at the next try.
        for _ in range(MOST_TOKENS + 1):
            free = self._tokens.free_places(caller, now)
            if not free:
                break
            place = free[int.from_bytes(self._random(2), "big") % len(free)]
            try:
                token = self._tokens.store(caller, new, place, now)
            except PlaceTaken:
                continue
            return IssuedApiToken(**_shown(token), token=secret)
        raise ApiTokenLimitReached(f"at most {MOST_TOKENS}")

    def list(self, caller: Caller) -> ApiTokenList:
        """The caller's tokens that can be used: one query."""
        now = self._clock()
        found = [
            ApiTokenView(**_shown(token))
            for token in self._tokens.of(caller.userId)
            if token.is_alive(now) and token.authEpoch >= caller.epoch
        ]
        return ApiTokenList(items=found)

    def revoke(self, caller: Caller, token_id: str) -> None:
        """End a token: one query, one transaction. Raises ApiTokenNotFound."""
        if not is_ulid(token_id):
            raise ApiTokenNotFound
        self._tokens.revoke(caller.userId, token_id)

    def use(self, secret: str) -> Caller:
        """Whom a token stands for and what it may do: one read, and a write in an hour.

        Whether its account still stands is the users' service to say. Raises InvalidApiToken.
        """
        now = self._clock()
        token = self._tokens.find(secret, now) if _FORM.fullmatch(secret) else None
        if token is None:
            raise InvalidApiToken
        self._tokens.note_use(token, now)
        return Caller(
            token.userId, "", int(token.authEpoch),
            tokenId=token.id, scopes=frozenset(token.scopes),
        )  # fmt: skip

    @staticmethod
    def scopes() -> ScopeList:
        """What tokens can be let do."""
        return ScopeList(
            items=[ScopeView(scope=one, description=text) for one, text in DESCRIPTIONS.items()]
        )


def _shown(token: Any) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": sorted(token.scopes),
        "createdAt": token.createdAt,
        "expiresAt": datetime.fromtimestamp(token.expiresAt, UTC),
        "lastUsedAt": token.lastUsedAt,
    }
