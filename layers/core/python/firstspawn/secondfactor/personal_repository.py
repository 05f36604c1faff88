"""Whether a person has a second factor."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db.facts import facts
from firstspawn.secondfactor.repository import FactorRepository


def factor_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """Since when there is one, and nothing that codes are made of: one read."""
    found = FactorRepository().find(user_id, now)
    return facts([found] if found else [], "secret", "lastStep", "recoveryHashes")
