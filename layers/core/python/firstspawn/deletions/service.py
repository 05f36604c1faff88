"""Rules of deletions: seven days to think, then everything, once."""

import logging
from contextlib import suppress
from datetime import timedelta

from firstspawn.clients.queues import Queue
from firstspawn.deletions.errors import NoDeletion
from firstspawn.deletions.repository import AlreadyScheduled, DeletionRepository
from firstspawn.deletions.schemas import (
    GRACE,
    DeletionMessage,
    DeletionState,
    DeletionView,
    Erasures,
)
from firstspawn.errors import Unavailable
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import NewId
from firstspawn.users.schemas import Caller

# A schedule that stood still for longer than this has long set off alarms.
_DAYS_LOOKED_BACK = 7
_log = logging.getLogger("firstspawn.deletions")


class DeletionService:
    """Takes the wish, takes it back, carries it out."""

    def __init__(
        self, repository: DeletionRepository, erasures: Erasures, *, clock: Clock, new_id: NewId
    ) -> None:
        self._deletions, self._erasures = repository, erasures
        self._clock, self._new_id = clock, new_id

    def schedule(self, caller: Caller) -> DeletionView:
        """Delete the caller's account in seven days; asked again, the first wish counts.

        One read, one transaction. Raises Unauthenticated.
        """
        now = self._clock()
        with suppress(AlreadyScheduled):
            self._deletions.schedule(caller.userId, now + GRACE, self._new_id(), now)
            return DeletionView(deletionAt=now + GRACE)
        found = self._deletions.find(caller.userId, now)
        if found is None:
            raise Unavailable(code="write_contention", retry_after=1)
        return DeletionView(deletionAt=found.dueAt)

    def cancel(self, caller: Caller) -> None:
        """Keep the account: one read, one transaction. Raises NoDeletion."""
        self._deletions.cancel(caller.userId, self._new_id(), self._clock())

    def carry_out(self, message: DeletionMessage) -> bool:
        """Delete an account whose time has come. Tells whether this did the last of it.

        Whatever breaks off is begun again at the next delivery: each erasure may have been done
        before. Raises ChangedMeanwhile, NotYetGone, and what the erasures raise: the message must
        come again.
        """
        now = self._clock()
        deletion = self._deletions.find(message.userId, now)
        if deletion is None or deletion.dueAt > now:
            return False
        if deletion.state == DeletionState.SCHEDULED:
            try:
                deletion = self._deletions.begin(deletion, now)
            except NoDeletion:
                return False
        if deletion is None:
            return False
        for name, erase in self._erasures.items():
            erase(message.userId)
            _log.info("erased", extra={"userId": message.userId, "part": name})
        try:
            self._deletions.finish(deletion, self._new_id(), self._clock())
        except NoDeletion:
            return False
        return True


class DueDeletions:
    """Tells the worker what is due."""

    def __init__(self, repository: DeletionRepository, queue: Queue, clock: Clock) -> None:
        self._deletions, self._queue, self._clock = repository, queue, clock

    def start(self) -> int:
        """Send every deletion that is due and not done; return how many: a query a day and page.

        One that is under way, or stuck, is sent again: it can be carried out twice. Raises
        Unavailable if the queue does not take all of them.
        """
        now = self._clock()
        sent = 0
        for days in range(_DAYS_LOOKED_BACK, -1, -1):
            for page in self._deletions.due((now - timedelta(days=days)).date(), now):
                bodies = [DeletionMessage(userId=one).model_dump_json() for one in page]
                if self._queue.send(bodies):
                    raise Unavailable
                sent += len(bodies)
        return sent
