"""All reads and writes of effects: the lease that makes one happen once."""

from datetime import datetime, timedelta

from firstspawn.db import keys, writes
from firstspawn.effects.errors import EffectBusy
from firstspawn.effects.models import Effect
from firstspawn.kit.clock import epoch

_KEPT = timedelta(days=7)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class EffectRepository:
    """Effects of one consumer."""

    def __init__(self, consumer: str, lease: timedelta) -> None:
        self._consumer, self._lease = consumer, lease

    def claim(self, event_id: str, holder: str, now: datetime) -> bool:
        """Take the lease: one conditional write. False if the effect is done already.

        A holder that crashed loses it when the lease is over. Raises EffectBusy while another one
        holds it.
        """
        key = keys.effect(event_id, self._consumer)
        mark = Effect.at(
            key, holder=holder, leasedUntil=_milliseconds(now + self._lease),
            createdAt=now, expiresAt=epoch(now + _KEPT),
        )  # fmt: skip
        left = Effect.outcome.does_not_exist() & (Effect.leasedUntil <= _milliseconds(now))
        try:
            writes.put(mark, Effect.absent(now) | left)
        except writes.ConditionFailed as error:
            found = Effect.find(key, now, consistent=True)
            if found is not None and found.outcome is not None:
                return False
            # A write tried again by the SDK after a lost answer meets itself.
            if found is None or found.holder != holder:
                raise EffectBusy(event_id) from error
        return True

    def finish(self, event_id: str, outcome: str) -> None:
        """Note that it is done, whoever holds the lease by now: one write."""
        effect = Effect.at(keys.effect(event_id, self._consumer))
        writes.update(effect, [Effect.outcome.set(outcome)], Effect.PK.exists())

    def release(self, event_id: str, holder: str) -> None:
        """Give one's own lease back after a failure, so that the next try need not wait for it."""
        effect = Effect.at(keys.effect(event_id, self._consumer))
        try:
            writes.delete(effect, (Effect.holder == holder) & Effect.outcome.does_not_exist())
        except writes.ConditionFailed:
            return  # another holder took over: the lease is theirs
