"""All reads and writes of API tokens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from firstspawn.apitokens.errors import ApiTokenNotFound
from firstspawn.apitokens.models import ApiToken, ApiTokenPlace
from firstspawn.apitokens.schemas import MOST_TOKENS
from firstspawn.db import keys, writes
from firstspawn.errors import Unauthenticated
from firstspawn.kit.clock import epoch, rfc3339
from firstspawn.kit.signing import sha256_hex
from firstspawn.users.models import User
from firstspawn.users.schemas import Caller

_NOTED_EVERY = timedelta(hours=1)


class PlaceTaken(Exception):
    """Another token took this place in the same moment."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token about to be stored under the hash of its secret."""

    id: str
    tokenHash: str
    name: str
    scopes: frozenset[str]
    until: datetime


class ApiTokenRepository:
    """Tokens and the places they take."""

    def find(self, token: str, now: datetime) -> ApiToken | None:
        """One consistent read."""
        return ApiToken.find(keys.api_token(sha256_hex(token)), now, consistent=True)

    def note_use(self, token: ApiToken, now: datetime) -> None:
        """Remember that a token was used: one write an hour and token at most.

        Of uses in the same moment one writes; the others are refused and need not.
        """
        before = token.lastUsedAt
        if before is not None and now - before < _NOTED_EVERY:
            return
        unnoted = ApiToken.lastUsedAt.does_not_exist() if before is None else (
            ApiToken.lastUsedAt == before
        )  # fmt: skip
        try:
            writes.update(token, [ApiToken.lastUsedAt.set(now)], ApiToken.present(now) & unnoted)
        except writes.ConditionFailed:
            return  # noted by another use, or revoked since it was read

    def of(self, user_id: str) -> list[ApiToken]:
        """All of a user's tokens that are still stored, newest first: one query of the index."""
        found = ApiToken.query(
            keys.user_api_tokens(user_id),
            index_name=ApiToken.index1.Meta.index_name,
            scan_index_forward=False,
        )
        return list(found)

    def free_places(self, caller: Caller, now: datetime) -> list[int]:
        """The numbers of the places no living token of the caller takes: one query."""
        taken = {place.SK for place in self.places(caller.userId) if _lives(place, caller, now)}
        return [
            number for number in range(MOST_TOKENS)
            if keys.api_token_place(caller.userId, number).sk not in taken
        ]  # fmt: skip

    def store(self, caller: Caller, new: NewToken, place: int, now: datetime) -> ApiToken:
        """Write a token and its place in one transaction, if its account's logins still hold.

        Raises PlaceTaken, or Unauthenticated if they were ended, or the account is gone.
        """
        life: dict[str, Any] = {
            "id": new.id, "authEpoch": caller.epoch, "createdAt": now, "expiresAt": epoch(new.until)
        }  # fmt: skip
        token = ApiToken.at(
            keys.api_token(new.tokenHash), userId=caller.userId, name=new.name,
            scopes=set(new.scopes), GSI1PK=keys.user_api_tokens(caller.userId),
            GSI1SK=rfc3339(now), **life,
        )  # fmt: skip
        held = ApiTokenPlace.at(
            keys.api_token_place(caller.userId, place), tokenHash=new.tokenHash, **life
        )
        free = ApiTokenPlace.absent(now) | (ApiTokenPlace.authEpoch < caller.epoch)
        transaction = writes.Transaction()
        transaction.check(
            User.at(keys.profile(caller.userId)),
            User.present(now) & (User.authEpoch == caller.epoch),
            Unauthenticated("signed out", code="session_ended"),
        )
        transaction.put(held, free)
        transaction.put(token)
        try:
            transaction.commit()
        except writes.ConditionFailed as error:
            raise PlaceTaken from error
        return token

    def revoke(self, user_id: str, token_id: str) -> None:
        """Delete a token and free its place: one query, one transaction. Raises ApiTokenNotFound.

        The place is asked, not the index, which may not show a token made just now.
        """
        held = next((one for one in self.places(user_id) if one.id == token_id), None)
        if held is None:
            raise ApiTokenNotFound
        transaction = writes.Transaction()
        transaction.delete(held, ApiTokenPlace.id == token_id, ApiTokenNotFound())
        transaction.delete(ApiToken.at(keys.api_token(held.tokenHash)))
        transaction.commit()

    @staticmethod
    def places(user_id: str) -> list[ApiTokenPlace]:
        """The places that were ever taken: one consistent query."""
        return list(
            ApiTokenPlace.query(
                keys.profile(user_id).pk,
                ApiTokenPlace.SK.startswith(keys.API_TOKEN_PLACE),
                consistent_read=True,
            )
        )


def _lives(place: ApiTokenPlace, caller: Caller, now: datetime) -> bool:
    return place.is_alive(now) and place.authEpoch >= caller.epoch
