"""Whom a person is elsewhere, as far as we know."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db.facts import facts
from firstspawn.identities.repository import IdentityRepository


def identity_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """Accounts elsewhere: one query."""
    return facts(IdentityRepository().of(user_id, now))
