"""Sends what the rules say, in as few calls as it takes."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from firstspawn.events.rules import Message, Target

_log = logging.getLogger("firstspawn.events")


class Sink(Protocol):
    """Takes messages; returns the positions of those it did not take."""

    def send(self, bodies: Sequence[str]) -> list[int]:
        """Send them all."""
        ...


class EventLog:
    """The sink that writes one structured line a batch."""

    def send(self, bodies: Sequence[str]) -> list[int]:
        """Write them; a log takes everything."""
        if bodies:
            _log.info("domain events", extra={"domainEvents": list(map(json.loads, bodies))})
        return []


class Publisher:
    """Sends the messages of a batch of changes."""

    def __init__(self, sinks: Mapping[Target, Sink]) -> None:
        self._sinks = sinks

    def send(self, outbox: Mapping[str, Sequence[Message]]) -> list[str]:
        """Send each key's messages; return the keys of which not all were taken.

        Equal messages are sent once: a hundred new servers in a roster are one check of it.
        """
        wanted = dict.fromkeys(message for messages in outbox.values() for message in messages)
        rejected: set[Message] = set()
        for target, sink in self._sinks.items():
            batch = [message for message in wanted if message.target is target]
            rejected.update(batch[at] for at in sink.send([message.body for message in batch]))
        return [key for key, messages in outbox.items() if not rejected.isdisjoint(messages)]
