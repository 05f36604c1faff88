"""Reads the audit log. It is written with the deeds it tells of, in their transactions."""

from datetime import UTC, datetime

from firstspawn.audit.repository import AuditRepository, record
from firstspawn.audit.schemas import Act, AuditList, AuditQuery, AuditView, Note
from firstspawn.errors import Invalid
from firstspawn.kit.clock import Clock
from firstspawn.kit.cursors import Cursors
from firstspawn.kit.ids import NewId, ulid

_FIRST, _LAST = "0", "Z"  # around every id


class AuditService:
    """Shows the log to admins, and notes deeds of features that know no staff."""

    def __init__(
        self, repository: AuditRepository, cursors: Cursors, clock: Clock, new_id: NewId
    ) -> None:
        self._log, self._cursors = repository, cursors
        self._clock, self._new_id = clock, new_id

    def noting(self, act: Act) -> Note:
        """What notes a deed in the transaction that does it: one item more."""
        entry_id, now = self._new_id(), self._clock()
        return lambda transaction: record(transaction, act, entry_id, now)

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
