"""Whom a person is elsewhere, as far as we know."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db import identity_keys, writes
from firstspawn.db.facts import facts
from firstspawn.errors import ChangedMeanwhile
from firstspawn.identities.models import Identity, IdentityGuard
from firstspawn.identities.repository import IdentityRepository

_AT_ONCE = 25


def erase_identities(user_id: str) -> None:
    """Delete every account elsewhere with its guard, so that it can be linked again by whomever.

    A guard goes together with its identity, if it is still this user's: one query, a transaction
    for each 25. Raises ChangedMeanwhile.
    """
    prefix = identity_keys.identity(user_id, "")
    found = list(Identity.query(prefix.pk, Identity.SK.startswith(prefix.sk), consistent_read=True))
    for start in range(0, len(found), _AT_ONCE):
        transaction = writes.Transaction()
        for one in found[start : start + _AT_ONCE]:
            key = identity_keys.identity_guard(
                one.platform, one.platformUserId, one.scopeServerId or ""
            )
            same = Identity.platformUserId == one.platformUserId
            transaction.delete(one, same, ChangedMeanwhile())
            guard = IdentityGuard.at(key)
            transaction.delete(guard, IdentityGuard.userId == user_id, ChangedMeanwhile())
        transaction.commit()


def identity_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """Accounts elsewhere: one query."""
    return facts(IdentityRepository().of(user_id, now))
