"""Where and how long a person has played."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db import keys
from firstspawn.db.facts import facts
from firstspawn.playtime.models import Played


def played_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:  # noqa: ARG001
    """Verified playtime by server: one query for each page of 1 MB."""
    prefix = keys.played(user_id, "")
    return facts(Played.query(prefix.pk, Played.SK.startswith(prefix.sk), consistent_read=True))
