"""What a person has reported, and what was decided about them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from firstspawn.db import ranges, standing_keys
from firstspawn.db.facts import facts
from firstspawn.moderation.case_repository import CaseRepository
from firstspawn.moderation.models import ModerationDecision

_PAGE = 100


def report_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:  # noqa: ARG001
    """Reports: one query of the index."""
    return facts(CaseRepository().reported_by(user_id))


def decision_facts(user_id: str, now: datetime) -> Iterator[dict[str, Any]]:  # noqa: ARG001
    """Decisions about them, their reviews and servers: a query and a read for each hundred.

    Not who decided or who reported: those are other people.
    """
    partition = standing_keys.decisions_about(user_id)
    stretch = ranges.Stretch(ModerationDecision.index2.Meta.index_name, partition)
    for placed in ranges.pages(stretch, _PAGE):
        found = ModerationDecision.batch_get([tuple(one.key) for one in placed])
        yield from facts(found, "moderatorId", "contentStep")
