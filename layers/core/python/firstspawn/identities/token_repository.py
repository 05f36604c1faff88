"""All reads and writes of providers' refresh tokens: every change is conditional on the token read.

A token that was traded or replaced meanwhile is another one, and stays.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from firstspawn.db import identity_keys, writes
from firstspawn.db.item import Item
from firstspawn.identities.models import Identity, IdentityGuard, ProviderToken
from firstspawn.identities.schemas import Linkable
from firstspawn.kit.clock import rfc3339
from firstspawn.kit.signing import sha256_hex

REFRESH_AFTER = timedelta(days=7)
_TRY_AGAIN_AFTER = timedelta(days=1)
SHARDS = tuple("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class HeldToken:
    """A sealed token, when it is to be looked after, and whose the account elsewhere is by now."""

    userId: str
    platform: str
    platformUserId: str
    sealed: str = field(repr=False)
    dueAt: str
    ownerId: str | None


def token_item(user_id: str, link: Linkable, sealed: str, now: datetime) -> ProviderToken:
    """The item of a token that was given out just now."""
    return ProviderToken.at(
        identity_keys.provider_token(link.platform, link.platformUserId),
        userId=user_id, platform=link.platform, platformUserId=link.platformUserId, sealed=sealed,
        createdAt=now, GSI2PK=identity_keys.provider_tokens_due(shard_of(link.platformUserId)),
        GSI2SK=rfc3339(now + REFRESH_AFTER),
    )  # fmt: skip


def shard_of(platform_user_id: str) -> str:
    """Which part of the list a token is in."""
    return sha256_hex(platform_user_id)[0]


class TokenRepository:
    """Refresh tokens."""

    def find(self, platform: str, platform_user_id: str) -> HeldToken | None:
        """A token, and whose the account is: one batch of two consistent reads."""
        key = identity_keys.provider_token(platform, platform_user_id)
        return next(iter(self._read([tuple(key)])), None)

    def due(self, shard: str, now: datetime, limit: int) -> tuple[list[HeldToken], bool]:
        """The tokens of a shard that are due, the oldest first, and whether there may be more.

        One query, one batch of consistent reads.
        """
        # The index has keys alone: no `type` by which a model could be told.
        listed = ProviderToken._get_connection().query(  # noqa: SLF001
            identity_keys.provider_tokens_due(shard), ProviderToken.GSI2SK <= rfc3339(now),  # noqa: SIM300
            index_name=ProviderToken.index2.Meta.index_name, limit=limit,
        )["Items"]  # fmt: skip
        found = self._read([(one["PK"]["S"], one["SK"]["S"]) for one in listed])
        is_due = [one for one in found if one.dueAt <= rfc3339(now)]
        return sorted(is_due, key=lambda one: one.dueAt), len(listed) == limit

    def _read(self, found: list[tuple[str, ...]]) -> list[HeldToken]:
        guards = [(pk, identity_keys.identity_guard("", "").sk) for pk, _ in found]
        items = list(Item.batch_get([*found, *guards], consistent_read=True)) if found else []
        owners = {one.PK: one.userId for one in items if isinstance(one, IdentityGuard)}
        return [
            HeldToken(
                one.userId, one.platform, one.platformUserId, one.sealed, str(one.GSI2SK),
                owners.get(one.PK),
            )
            for one in items if isinstance(one, ProviderToken)
        ]  # fmt: skip

    def claim(self, token: HeldToken, now: datetime) -> bool:
        """Take a token on, by putting it off for a day: one write. False if somebody else has."""
        later = [ProviderToken.GSI2SK.set(rfc3339(now + _TRY_AGAIN_AFTER))]
        mine = (ProviderToken.sealed == token.sealed) & (token.dueAt == ProviderToken.GSI2SK)
        return _done(lambda: writes.update(_at(token), later, mine))

    def rotate(self, token: HeldToken, sealed: str, now: datetime) -> bool:
        """Put a new token in the place of the one it was traded for: one write."""
        changes = [ProviderToken.sealed.set(sealed), ProviderToken.updatedAt.set(now)]
        return _done(lambda: writes.update(_at(token), changes, _same(token)))

    def note(self, token: HeldToken, seen: Iterable[Any], now: datetime) -> bool:
        """Note what its account looks like, and look after the token in a week: one transaction.

        `seen` are changes of the identity. False if it is not linked any more, or signed in with.
        """
        identity = Identity.at(identity_keys.identity(token.userId, token.platform))
        same = Identity.present(now) & (Identity.platformUserId == token.platformUserId)
        transaction = writes.Transaction()
        transaction.update(identity, list(seen), same)
        later = [ProviderToken.GSI2SK.set(rfc3339(now + REFRESH_AFTER))]
        transaction.update(_at(token), later, _same(token))
        return _done(transaction.commit)

    def drop(self, token: HeldToken) -> bool:
        """Forget a token: one write. False if it is another one by now; true if there is none."""
        gone = ProviderToken.PK.does_not_exist()
        return _done(lambda: writes.delete(_at(token), _same(token) | gone))


def _at(token: HeldToken) -> ProviderToken:
    return ProviderToken.at(identity_keys.provider_token(token.platform, token.platformUserId))


def _same(token: HeldToken) -> Any:
    return ProviderToken.sealed == token.sealed


def _done(write: Any) -> bool:
    with suppress(writes.ConditionFailed):
        write()
        return True
    return False
