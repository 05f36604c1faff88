"""Counts views of servers' pages at a cost that hardly grows with them.

The first 64 of a day are written one by one. Beyond, a view is written with a chance of 64 to what
the day has so far, and then counts for as many as it stands for: the sum stays right on average,
and its error small. 10,000 views take some 430 writes, a million 730. What the day has so far is
known from this process's last write of it, so nothing is read, and a process that is frozen or
ended loses nothing.
"""

import logging

from firstspawn.analytics.repository import AnalyticsRepository
from firstspawn.errors import Unavailable
from firstspawn.kit.clock import Clock
from firstspawn.kit.ids import RandomBytes
from firstspawn.kit.metrics import metric
from firstspawn.users.schemas import Caller

EXACT = 64
_REMEMBERED = 5000
_LOG = logging.getLogger(__name__)


class ViewCounter:
    """Counts views, by server and day (UTC)."""

    def __init__(
        self, repository: AnalyticsRepository, *, clock: Clock, random: RandomBytes
    ) -> None:
        self._counts, self._clock, self._random = repository, clock, random
        self._known: dict[tuple[str, str], int] = {}

    def count(self, server_id: str, owner_id: str, caller: Caller | None) -> None:
        """Count a view, unless it is the owner's: at most one write.

        A view that cannot be written is not counted: nobody's read fails for it.
        """
        if caller is not None and caller.userId == owner_id:
            return
        now = self._clock()
        key = (server_id, f"{now:%Y-%m-%d}")
        weight = max(1, self._known.get(key, 0) // EXACT)
        if weight > 1 and int.from_bytes(self._random(8), "big") % weight:
            return
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        try:
            self._known[key] = self._counts.add_views(server_id, now.date(), weight)
        except Unavailable:
            _LOG.warning("view not counted", extra=metric("ViewsNotCounted", weight, now))
