"""Heartbeats: one conditional write each, and two calls more for who was silent before."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from firstspawn.db import keys, writes
from firstspawn.plugins.errors import Revoked, Suspended
from firstspawn.plugins.models import PluginCredential, PluginInstance
from firstspawn.plugins.repository import listing
from firstspawn.plugins.rolls import PARTIAL, Roll, next_look
from firstspawn.plugins.schemas import PluginStatus


class HeartbeatRepository:
    """Instances as their heartbeats leave them."""

    def beat(
        self, server_id: str, plugin_id: str, at: int, values: dict[str, Any], now: datetime
    ) -> bool:
        """Note a heartbeat signed at `at` (ms): one write as a rule. False if it is not the newest.

        Raises Revoked, Suspended.
        """
        instance = PluginInstance.at(keys.plugin(server_id, plugin_id))
        actions = [_set(name, value) for name, value in values.items()]
        actions += [
            PluginInstance.earlierPlayers.set(PluginInstance.players | PARTIAL),
            PluginInstance.earlierBeatAt.set(PluginInstance.beatAt | 0),
            PluginInstance.beatAt.set(at),
            PluginInstance.lastHeartbeat.set(now),
            PluginInstance.updatedAt.set(now),
        ]
        active = _is_active_and_older(at)
        watched = PluginInstance.GSI2PK.exists() & PluginInstance.staleSince.does_not_exist()
        try:
            writes.update(instance, actions, active & watched)
        except writes.ConditionFailed:
            return self._again(instance, actions, active, at, now)
        return True

    @staticmethod
    def note_version(server_id: str, plugin_id: str, version: str, at: int, now: datetime) -> None:
        """Note which version a heartbeat signed at `at` (ms) told of, where its calls are judged
        as well: a read and a transaction. Nothing if it is not the newest, or may not call."""
        found = PluginInstance.find(keys.plugin(server_id, plugin_id), now, consistent=True)
        if found is None:
            return
        credential = PluginCredential.at(keys.plugin_credential(found.keyHash))
        transaction = writes.Transaction()
        told = [PluginInstance.pluginVersion.set(version), PluginInstance.updatedAt.set(now)]
        transaction.update(found, told, _is_active_and_older(at))
        mirrored = [PluginCredential.pluginVersion.set(version)]
        transaction.update(credential, mirrored, PluginCredential.PK.exists())
        with suppress(writes.ConditionFailed):
            transaction.commit()

    @staticmethod
    def _again(
        instance: PluginInstance, actions: list[Any], active: Any, at: int, now: datetime
    ) -> bool:
        """It was silent for long, or may not beat at all, or this is not the newest."""
        found = PluginInstance.find(keys.Key(instance.PK, instance.SK), now, consistent=True)
        if found is None or found.status == PluginStatus.REVOKED:
            raise Revoked(reason=found.statusReason if found else None)
        if found.status == PluginStatus.SUSPENDED:
            raise Suspended(reason=found.statusReason)
        if found.beatAt is not None and found.beatAt >= at:
            return False
        back = [*listing(found.id, next_look(now, now)), PluginInstance.staleSince.remove()]
        try:
            writes.update(instance, [*actions, *back], active)
        except writes.ConditionFailed:
            return False
        return True


def rolls(instance: PluginInstance) -> list[Roll]:
    """Who the last two heartbeats named, the older one first; none that left somebody out."""
    pairs = (
        (instance.earlierBeatAt, instance.earlierPlayers),
        (instance.beatAt, instance.players),
    )
    return [
        Roll(int(at) // 1000, packed)
        for at, packed in pairs
        if at and packed is not None and packed != PARTIAL
    ]


def _is_active_and_older(at: int) -> Any:
    newer = PluginInstance.beatAt.does_not_exist() | (PluginInstance.beatAt < at)
    return (PluginInstance.status == PluginStatus.ACTIVE) & newer


def _set(name: str, value: Any) -> Any:
    attribute = getattr(PluginInstance, name)
    return attribute.remove() if value is None else attribute.set(value)
