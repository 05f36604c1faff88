"""Rules of handing over: who is asked for, under which name, and what an answer means."""

from uuid import UUID

from firstspawn.errors import Invalid
from firstspawn.kit.clock import Clock
from firstspawn.plugins.schemas import PluginCaller
from firstspawn.redemptions.schemas import (
    NAMES,
    CheckRedemption,
    DeliveryStatus,
    ExecuteRedemption,
    Holder,
    Outcome,
    RedemptionCheck,
    RedemptionExecuted,
    RedemptionSource,
    RedemptionView,
    Report,
)


class RedemptionService:
    """Lends what is owed to plugins, and takes their word for what became of it."""

    def __init__(self, source: RedemptionSource, clock: Clock) -> None:
        self._source, self._clock = source, clock

    def check(self, plugin: PluginCaller, query: CheckRedemption) -> RedemptionCheck:
        """The oldest thing owed to a player, lent to this instance. Raises Invalid."""
        if not NAMES[plugin.gameType].fullmatch(query.playerName):
            raise Invalid.field("playerName", "is no name of a player of this game")
        player = str(UUID(query.playerUuid))
        lease = self._source.lease(_holder(plugin), player, self._clock())
        if lease is None:
            return RedemptionCheck(redemption=None)
        command = lease.command.replace("{player}", query.playerName).replace("{uuid}", player)
        view = RedemptionView(
            id=lease.id,
            leaseId=lease.leaseId,
            prize=lease.prize,
            command=command,
            leasedUntil=lease.until,
            attempt=lease.attempt,
        )
        return RedemptionCheck(redemption=view)

    def execute(self, plugin: PluginCaller, form: ExecuteRedemption) -> RedemptionExecuted:
        """Let an attempt start, or note how it ended.

        Raises RedemptionNotFound, LeaseLost, AlreadyStarted, Revoked.
        """
        player = str(UUID(form.playerUuid))
        report = Report(form.redemptionId, form.leaseId, player, form.attempt, form.outcome)
        status = self._source.confirm(_holder(plugin), report, self._clock())
        proceed = form.outcome is Outcome.STARTED and status is DeliveryStatus.STARTED
        return RedemptionExecuted(proceed=proceed, status=status)


def _holder(plugin: PluginCaller) -> Holder:
    return Holder(plugin.pluginId, plugin.serverId)
