"""How a person's reputation came about."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db import standing_keys
from firstspawn.db.facts import facts
from firstspawn.reputation.models import ReputationEntry


def reputation_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:  # noqa: ARG001
    """The ledger, without who voted or judged: one query for each page of 1 MB."""
    ledger = standing_keys.reputation_entry(user_id, "", "")
    mine = ReputationEntry.SK.startswith(standing_keys.REPUTATION)
    found = ReputationEntry.query(ledger.pk, mine, consistent_read=True)
    return facts(found, "cause", "createdBy")
