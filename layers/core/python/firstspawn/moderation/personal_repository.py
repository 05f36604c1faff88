"""What a person has reported."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db.facts import facts
from firstspawn.moderation.case_repository import CaseRepository


def report_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:  # noqa: ARG001
    """Reports: one query of the index."""
    return facts(CaseRepository().reported_by(user_id))
