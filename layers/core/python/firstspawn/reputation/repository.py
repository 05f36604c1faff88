"""All reads and writes of reputation: line, sum and balance move together or not at all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from firstspawn.audit.repository import record
from firstspawn.audit.schemas import Act
from firstspawn.db import keys, pages, standing_keys, writes
from firstspawn.kit.clock import rfc3339
from firstspawn.reputation.errors import Moved
from firstspawn.reputation.models import ReputationEntry, ReputationSum
from firstspawn.reputation.rules import RULES, Action, capped
from firstspawn.reputation.schemas import Claim
from firstspawn.users.errors import UserNotFound
from firstspawn.users.models import User

Extend = writes.Extend


class _Effect(NamedTuple):
    """The points a claim moves now, and what that does to its action's sum, under a condition."""

    delta: int
    actions: list[Any]
    condition: Any = None


class ReputationRepository:
    """Ledgers, their sums, the balances on profiles."""

    def settle(
        self, user_id: str, claims: Sequence[Claim], now: datetime, also: Extend | None = None
    ) -> int:
        """Make the ledger say what is claimed: 1 or 2 reads a claim, and one transaction if any is
        news. Returns the points moved.

        `also` adds writes or checks to it, with errors of their own. Raises Moved (read again),
        UserNotFound.
        """
        transaction = writes.Transaction()
        lines = [line for claim in claims if (line := self._add(transaction, user_id, claim, now))]
        if not lines:
            return 0
        moved = sum(int(line.delta) for line in lines)
        user, there = User.at(keys.profile(user_id)), User.present(now)
        if moved:
            transaction.update(user, [User.reputation.add(moved)], there, UserNotFound())
        else:
            transaction.check(user, there, UserNotFound())
        transaction.extend(also)
        try:
            transaction.commit()
        except writes.ConditionFailed as error:
            raise Moved from error
        return moved

    def adjust(self, user_id: str, claim: Claim, act: Act, entry_id: str, now: datetime) -> int:
        """Settle a claim of the staff's and note it in the audit log.

        Returns the points that its cause holds, of this call or an earlier one. Raises as `settle`.
        """
        self.settle(user_id, [claim], now, lambda one: record(one, act, entry_id, now))
        line = self._last_line(user_id, claim)
        return int(line.held) if line else 0

    def _add(
        self, transaction: writes.Transaction, user_id: str, claim: Claim, now: datetime
    ) -> ReputationEntry | None:
        """Let a transaction write the line that follows a cause's last one, if it says anew."""
        last = self._last_line(user_id, claim)
        if claim.applies == (last is not None and last.applies):
            return None
        if last is None or claim.applies:
            effect = self._grant(user_id, claim, now)
        else:
            effect = self._withdrawal(last, now)
        number, held = (int(last.number) + 1, int(last.held)) if last else (1, 0)
        line = ReputationEntry.at(
            standing_keys.reputation_entry(user_id, claim.action, claim.cause, number),
            userId=user_id, action=claim.action, cause=claim.cause, about=claim.about,
            number=number, delta=effect.delta, held=held + effect.delta, applies=claim.applies,
            isCapped=claim.applies and effect.delta != _worth(claim),
            reason=claim.reason, createdBy=claim.createdBy, createdAt=now,
            GSI1PK=standing_keys.reputation_by_time(user_id),
            GSI1SK=f"{rfc3339(now)}#{claim.action}#{claim.cause}#{number}",
        )  # fmt: skip
        transaction.put(line, ReputationEntry.PK.does_not_exist())
        summed = ReputationSum.at(standing_keys.reputation_sum(user_id, claim.action))
        made = [ReputationSum.type.set(ReputationSum), ReputationSum.action.set(claim.action)]
        counted = [ReputationSum.total.add(effect.delta), ReputationSum.entries.add(1)]
        transaction.update(summed, [*made, *counted, *effect.actions], effect.condition)
        return line

    @staticmethod
    def _last_line(user_id: str, claim: Claim) -> ReputationEntry | None:
        prefix = standing_keys.reputation_entry(user_id, claim.action, claim.cause)
        found = pages.read(
            ReputationEntry, prefix.pk, 1, prefix=prefix.sk, newest_first=True, consistent=True
        )
        return found[0] if found else None

    @staticmethod
    def _grant(user_id: str, claim: Claim, now: datetime) -> _Effect:
        """What the day's cap leaves of a deed's points; the sum must not have used more since."""
        worth, cap = _worth(claim), RULES[claim.action].dailyCap
        if cap is None:
            return _Effect(worth, [])
        found = ReputationSum.find(
            standing_keys.reputation_sum(user_id, claim.action), now, consistent=True
        ) or ReputationSum(day=None, used=0)
        # Clocks differ: a day that another one has begun is not gone back from.
        day = max(f"{now:%Y-%m-%d}", found.day or "")
        used = int(found.used) if found.day == day else 0
        delta = capped(worth, cap, used)
        if found.day != day:
            begins = ReputationSum.day.does_not_exist() | (ReputationSum.day < day)
            started = [ReputationSum.day.set(day), ReputationSum.used.set(abs(delta))]
            return _Effect(delta, started, begins)
        # Should another day have begun meanwhile, what is demanded of its points is the same.
        room = ReputationSum.used <= cap - abs(delta)
        same = room if delta == worth else (ReputationSum.used == used)
        return _Effect(delta, [ReputationSum.used.add(abs(delta))], same)

    @staticmethod
    def _withdrawal(last: ReputationEntry, now: datetime) -> _Effect:
        """What a cause has brought goes back; the day's cap too, if it was today's."""
        held, day = int(last.held), f"{now:%Y-%m-%d}"
        if RULES[Action(last.action)].dailyCap is None or f"{last.createdAt:%Y-%m-%d}" != day:
            return _Effect(-held, [])
        return _Effect(-held, [ReputationSum.used.add(-abs(held))], ReputationSum.day == day)

    def sums(self, user_id: str) -> list[ReputationSum]:
        """What a ledger comes to, by action: one query."""
        prefix = standing_keys.reputation_sum(user_id, "")
        return list(ReputationSum.query(prefix.pk, ReputationSum.SK.startswith(prefix.sk)))

    def lines(
        self, user_id: str, limit: int, after: Sequence[str] | None
    ) -> list[tuple[list[str], ReputationEntry]]:
        """A ledger with its positions, the newest first: one query."""
        index = ReputationEntry.index1.Meta.index_name
        partition = standing_keys.reputation_by_time(user_id)
        found = pages.read(ReputationEntry, partition, limit, after, index=index, newest_first=True)
        return [(pages.position(one, index), one) for one in found]

    def forget(self, user_id: str) -> None:
        """Remove a ledger and its sums: a query each, batches of 25."""
        ledger, sums = (
            standing_keys.reputation_entry(user_id, "", ""),
            standing_keys.reputation_sum(user_id, ""),
        )
        with ReputationEntry.batch_write() as batch:
            for line in ReputationEntry.query(
                ledger.pk,
                ReputationEntry.SK.startswith(standing_keys.REPUTATION),
                consistent_read=True,
            ):
                batch.delete(line)
        with ReputationSum.batch_write() as batch_of_sums:
            for one in ReputationSum.query(
                sums.pk, ReputationSum.SK.startswith(sums.sk), consistent_read=True
            ):
                batch_of_sums.delete(one)


def _worth(claim: Claim) -> int:
    given = RULES[claim.action].delta
    return claim.points if given is None else given
