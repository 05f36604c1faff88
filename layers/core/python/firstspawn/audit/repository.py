"""The writes and reads of the audit log. There is no other write than `record`."""

from collections.abc import Sequence
from datetime import datetime

from firstspawn.audit.models import AuditEntry
from firstspawn.audit.schemas import Act
from firstspawn.db import keys, standing_keys, writes


def record(transaction: writes.Transaction, act: Act, entry_id: str, now: datetime) -> None:
    """Note a deed in the transaction that does it: none of both is there without the other."""
    entry = AuditEntry.at(
        standing_keys.audit_entry(f"{now:%Y-%m}", entry_id),
        id=entry_id, actorId=act.actor.userId, action=act.action, subject=act.subject,
        reason=act.reason, before=act.before, after=act.after,
        requestId=act.actor.requestId or None, createdAt=now,
        GSI1PK=standing_keys.audit_by_subject(act.subject), GSI1SK=entry_id,
        GSI2PK=standing_keys.audit_by_actor(act.actor.userId), GSI2SK=entry_id,
    )  # fmt: skip
    transaction.put(entry, AuditEntry.PK.does_not_exist())


class AuditRepository:
    """Reads the log, the newest first. `low` and `high` are ids around what is wanted."""

    def of_month(self, month: str, low: str, high: str, limit: int) -> list[AuditEntry]:
        """A month's entries: one query for each of its four shards."""
        between = AuditEntry.SK.between(low, high)
        shards = [
            standing_keys.audit_shard(month, number) for number in range(standing_keys.AUDIT_SHARDS)
        ]
        found = [
            entry
            for shard in shards
            for entry in AuditEntry.query(shard, between, scan_index_forward=False, limit=limit)
        ]
        return sorted(found, key=lambda entry: entry.id, reverse=True)[:limit]

    def of_subject(self, subject: str, low: str, high: str, limit: int) -> list[AuditEntry]:
        """What was done to a subject: one query."""
        return list(
            AuditEntry.query(
                standing_keys.audit_by_subject(subject), AuditEntry.GSI1SK.between(low, high),
                index_name="GSI1", scan_index_forward=False, limit=limit,
            )
        )  # fmt: skip

    def of_actor(self, user_id: str, low: str, high: str, limit: int) -> list[AuditEntry]:
        """What somebody did: a query of keys, and a read for each hundred."""
        places = self._places(standing_keys.audit_by_actor(user_id), low, high, limit)
        found = AuditEntry.batch_get([(one.pk, one.sk) for one in places]) if places else ()
        return sorted(found, key=lambda entry: entry.id, reverse=True)

    @staticmethod
    def _places(partition: str, low: str, high: str, limit: int) -> Sequence[keys.Key]:
        # The index has keys alone: no `type` by which a model could be told.
        answer = AuditEntry._get_connection().query(  # noqa: SLF001
            partition, AuditEntry.GSI2SK.between(low, high),
            index_name="GSI2", scan_index_forward=False, limit=limit,
        )  # fmt: skip
        return [keys.Key(one["PK"]["S"], one["SK"]["S"]) for one in answer["Items"]]
