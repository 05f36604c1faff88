"""Reads the audit log. Writing it is part of the deeds it tells of (`audit.repository.record`)."""

from datetime import UTC, datetime

from firstspawn.audit.repository import AuditRepository
from firstspawn.audit.schemas import AuditList, AuditQuery, AuditView
from firstspawn.errors import Invalid
from firstspawn.kit.clock import Clock
from firstspawn.kit.cursors import Cursors
from firstspawn.kit.ids import ulid

_FIRST, _LAST = "0", "Z"  # around every id


class AuditService:
    """Shows the log to admins."""

    def __init__(self, repository: AuditRepository, cursors: Cursors, clock: Clock) -> None:
        self._log, self._cursors, self._clock = repository, cursors, clock

    def list(self, query: AuditQuery) -> AuditList:
        """A page of the log: 1 call of a subject, 2 of an actor, 4 of a month. Raises BadCursor."""
        if query.actor and query.subject:
            raise Invalid.field("subject", "name an actor or a subject, not both")
        month = query.month or f"{self._clock():%Y-%m}"
        low, high = _bounds(month) if query.month else (_FIRST, _LAST)
        wanted = query.model_dump(exclude={"limit", "cursor"}) | {"list": "audit", "month": month}
        below = self._cursors.read(wanted, query.cursor)
        # `between` includes its ends: the last one shown comes once more.
        limit = query.limit + (2 if below else 1)
        high = below or high
        if query.subject:
            found = self._log.of_subject(query.subject, low, high, limit)
        elif query.actor:
            found = self._log.of_actor(query.actor, low, high, limit)
        else:
            found = self._log.of_month(month, low, high, limit)
        fresh = [entry for entry in found if entry.id != below]
        shown, cursor = self._cursors.cut(wanted, fresh, query.limit, lambda one: one.id)
        return AuditList(items=[AuditView.model_validate(one) for one in shown], nextCursor=cursor)


def _bounds(month: str) -> tuple[str, str]:
    """The smallest ids of a month and of the one after it."""
    year, number = map(int, month.split("-"))
    first = datetime(year, number, 1, tzinfo=UTC)
    after = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    low, high = (ulid(int(moment.timestamp() * 1000), bytes(10)) for moment in (first, after))
    return low, high
