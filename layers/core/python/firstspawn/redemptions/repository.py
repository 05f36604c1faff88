"""What is owed, in the table. Each step of a delivery is one condition on where it stands."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from firstspawn.db import keys, writes
from firstspawn.kit.clock import epoch
from firstspawn.plugins.errors import Revoked
from firstspawn.plugins.models import PluginInstance
from firstspawn.plugins.schemas import PluginStatus
from firstspawn.redemptions.errors import AlreadyStarted, LeaseLost, RedemptionNotFound
from firstspawn.redemptions.models import Delivery
from firstspawn.redemptions.schemas import (
    ATTEMPTS,
    LEASE,
    DeliveryStatus,
    Holder,
    Lease,
    Outcome,
    Owed,
    Report,
)

_OPEN = {DeliveryStatus.DUE, DeliveryStatus.LEASED, DeliveryStatus.STARTED}
_SETTLED_KEPT = timedelta(days=90)


def delivery_item(owed: Owed, now: datetime) -> Delivery:
    """Make the item; put it in the transaction of what makes it owed."""
    return Delivery.at(
        keys.delivery(owed.serverId, owed.playerUuid, owed.id),
        id=owed.id, serverId=owed.serverId, playerUuid=owed.playerUuid, prize=owed.prize,
        command=owed.command, status=DeliveryStatus.DUE, createdAt=now, updatedAt=now,
    )  # fmt: skip


class DeliveryRepository:
    """The table as a source of redemptions."""

    def __init__(self, new_token: Callable[[], str]) -> None:
        self._new_token = new_token

    def owe(self, owed: Owed, now: datetime) -> None:
        """Note something owed, once however often it is told: one write."""
        with suppress(writes.ConditionFailed):
            writes.put(delivery_item(owed, now), Delivery.PK.does_not_exist())

    def lease(self, holder: Holder, player: str, now: datetime) -> Lease | None:
        """Lend the oldest thing owed to a player: a query and at most a write for each that
        somebody else took at the same moment."""
        found = list(self._open(holder.serverId, player, now))
        own = [one for one in found if _is_held(one, now) and one.pluginId == holder.pluginId]
        if own:
            return _lease(own[0])
        for item in found:
            if not _is_held(item, now) and self._take(item, holder, now):
                return _lease(item)
        return None

    @staticmethod
    def _open(server_id: str, player: str, now: datetime) -> Iterator[Delivery]:
        partition = keys.delivery(server_id, player, "").pk
        for item in Delivery.query(partition, consistent_read=True):
            if item.is_alive(now) and item.status in _OPEN:
                yield item

    def _take(self, item: Delivery, holder: Holder, now: datetime) -> bool:
        free = Delivery.status == DeliveryStatus.DUE
        ended = (Delivery.status == DeliveryStatus.LEASED) & (Delivery.until <= _ms(now))
        actions = [
            Delivery.status.set(DeliveryStatus.LEASED),
            Delivery.pluginId.set(holder.pluginId),
            Delivery.leaseId.set(self._new_token()),
            Delivery.until.set(_ms(now + LEASE)),
            Delivery.updatedAt.set(now),
        ]
        try:
            writes.update(item, actions, free | ended)
        except writes.ConditionFailed:
            return False
        return True

    def confirm(self, holder: Holder, report: Report, now: datetime) -> DeliveryStatus:
        """Take a report: one write, or one transaction for a start; a read more if it is refused.

        Told again it is answered alike. Raises RedemptionNotFound, LeaseLost, AlreadyStarted,
        Revoked (a start of an instance that may not call any more).
        """
        item = Delivery.at(keys.delivery(holder.serverId, report.playerUuid, report.id))
        mine = (Delivery.leaseId == report.leaseId) & (Delivery.pluginId == holder.pluginId)
        try:
            if report.outcome is Outcome.STARTED:
                return self._start(item, holder, report, mine, now)
            return self._settle(item, report, mine, now)
        except writes.ConditionFailed:
            found = Delivery.find(keys.Key(item.PK, item.SK), now, consistent=True)
            return _told_again(found, holder, report)

    @staticmethod
    def _start(
        item: Delivery, holder: Holder, report: Report, mine: Any, now: datetime
    ) -> DeliveryStatus:
        instance = PluginInstance.at(keys.plugin(holder.serverId, holder.pluginId))
        actions = [
            Delivery.status.set(DeliveryStatus.STARTED),
            Delivery.attempt.set(report.attempt),
            Delivery.attempts.add(1),
            Delivery.until.remove(),
            Delivery.updatedAt.set(now),
        ]
        transaction = writes.Transaction()
        active = PluginInstance.status == PluginStatus.ACTIVE
        transaction.check(instance, active, Revoked())
        transaction.update(item, actions, mine & (Delivery.status == DeliveryStatus.LEASED))
        transaction.commit()
        return DeliveryStatus.STARTED

    @staticmethod
    def _settle(item: Delivery, report: Report, mine: Any, now: datetime) -> DeliveryStatus:
        running = mine & (Delivery.status == DeliveryStatus.STARTED)
        running &= Delivery.attempt == report.attempt
        noted = [
            Delivery.lastLease.set(report.leaseId),
            Delivery.lastAttempt.set(report.attempt),
            Delivery.lastOutcome.set(report.outcome),
            Delivery.updatedAt.set(now),
        ]
        if report.outcome is Outcome.FAILED:
            with suppress(writes.ConditionFailed):
                again = running & (Delivery.attempts < ATTEMPTS)
                writes.update(item, [*noted, *_due_again()], again)
                return DeliveryStatus.DUE
        status = DeliveryStatus(report.outcome.value)
        final = [
            Delivery.status.set(status),
            Delivery.settledAt.set(now),
            Delivery.expiresAt.set(epoch(now + _SETTLED_KEPT)),
        ]
        writes.update(item, [*noted, *final], running)
        return status


def _due_again() -> list[Any]:
    gone = (Delivery.pluginId, Delivery.leaseId, Delivery.attempt)
    return [Delivery.status.set(DeliveryStatus.DUE), *(one.remove() for one in gone)]


def _told_again(found: Delivery | None, holder: Holder, report: Report) -> DeliveryStatus:
    """Answer a report that was taken before as it was then; refuse any other."""
    if found is None:
        raise RedemptionNotFound
    status = DeliveryStatus(found.status)
    told = (found.lastLease, found.lastAttempt, found.lastOutcome)
    if told == (report.leaseId, report.attempt, report.outcome):
        return status
    own = found.leaseId == report.leaseId and found.pluginId == holder.pluginId
    if own and status is DeliveryStatus.STARTED:
        if report.outcome is Outcome.STARTED and found.attempt == report.attempt:
            return status
        raise AlreadyStarted(attempt=found.attempt)
    raise LeaseLost(deliveryStatus=status)


def _is_held(item: Delivery, now: datetime) -> bool:
    if item.status == DeliveryStatus.STARTED:
        return True
    return item.status == DeliveryStatus.LEASED and int(item.until or 0) > _ms(now)


def _lease(item: Delivery) -> Lease:
    until = None if item.until is None else datetime.fromtimestamp(int(item.until) / 1000, UTC)
    return Lease(
        item.id,
        item.leaseId or "",
        item.playerUuid,
        item.prize,
        item.command,
        until,
        item.attempt,
    )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
