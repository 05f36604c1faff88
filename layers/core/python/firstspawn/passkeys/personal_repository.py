"""Which keys a person signs in with."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db.facts import facts
from firstspawn.passkeys.repository import PasskeyRepository


def passkey_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """Passkeys, whose public keys open nothing: one query."""
    return facts(PasskeyRepository().of(user_id, now))
