"""From one tick of the clock to one message a roster: a tree of messages, ten branches each."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from firstspawn.kit.clock import epoch
from firstspawn.uptime.absence import INTERVAL
from firstspawn.uptime.repository import RosterRepository
from firstspawn.uptime.schemas import RosterMessage

_BRANCHES = 10
_POSTPONED_SECONDS = 15


class MessageQueue(Protocol):
    """Where messages go."""

    def send(self, bodies: Sequence[str], delay_seconds: int = 0) -> list[int]:
        """Send them; return the positions of those that were not taken."""


class NotAllSent(Exception):
    """The queue took only a part; what it took is dropped as a duplicate when all is sent again."""


def plan(minute: int, shards: int) -> RosterMessage | None:
    """The rosters due in a minute, as one message; None if there are none."""
    first = minute % INTERVAL
    if first >= shards:
        return None
    return RosterMessage(first=first, end=shards, step=INTERVAL, direct=False, minute=minute)


def split(message: RosterMessage) -> list[RosterMessage]:
    """Divide a message into up to ten that together mean the same rosters, each of them once."""
    shards = message.shards
    branches = min(_BRANCHES, len(shards))
    cuts = [branch * len(shards) // branches for branch in range(branches + 1)]
    parts = (shards[start:end] for start, end in pairwise(cuts))
    return [
        message.model_copy(update={"first": part[0], "end": part[-1] + 1, "step": part.step})
        for part in parts
    ]


class DispatchService:
    """Sends the rosters due to the workers."""

    def __init__(self, repository: RosterRepository, queue: MessageQueue) -> None:
        self._rosters, self._queue = repository, queue

    def start(self, at: datetime) -> int:
        """Begin the rounds of the minute `at`: one read, one message. Returns how many rosters."""
        message = plan(epoch(at) // 60, self._rosters.shards(at))
        if message is None:
            return 0
        self._send([message])
        return len(message.shards)

    def spread(self, message: RosterMessage) -> None:
        """Send a message's parts: one call. Raises NotAllSent."""
        self._send(split(message))

    def postpone(self, message: RosterMessage) -> None:
        """Send a message again for later: its roster is held now. One call. Raises NotAllSent.

        Not left to the queue's own redelivery: a held roster is no failure, and two of those end
        among the dead letters.
        """
        self._send([message], delay_seconds=_POSTPONED_SECONDS)

    def _send(self, messages: Sequence[RosterMessage], delay_seconds: int = 0) -> None:
        if self._queue.send([message.body() for message in messages], delay_seconds):
            raise NotAllSent
