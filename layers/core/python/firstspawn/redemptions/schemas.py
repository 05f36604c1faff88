"""What goes in and out of redemptions, and the interface to whoever keeps what is owed."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import Field

from firstspawn.kit.dto import Dto, Input, Query
from firstspawn.servers.fields import GameType

LEASE = timedelta(minutes=15)
ATTEMPTS = 5
# Names end up in console commands: letters that mean nothing there. A dot marks Bedrock players.
NAMES = {
    GameType.MINECRAFT: re.compile(r"\.?[A-Za-z0-9_]{1,16}", re.ASCII),
    GameType.HYTALE: re.compile(r"[A-Za-z0-9_]{1,32}", re.ASCII),
}


class Outcome(StrEnum):
    """What a plugin tells of an attempt; UNCERTAIN: it crashed while the command ran."""

    STARTED = "STARTED"
    EXECUTED = "EXECUTED"
    FAILED = "FAILED"
    UNCERTAIN = "UNCERTAIN"


class DeliveryStatus(StrEnum):
    """Where a delivery stands. EXECUTED, FAILED and UNCERTAIN are final."""

    DUE = "DUE"
    LEASED = "LEASED"
    STARTED = "STARTED"
    EXECUTED = "EXECUTED"
    FAILED = "FAILED"
    UNCERTAIN = "UNCERTAIN"


@dataclass(frozen=True, slots=True)
class Owed:
    """Something a server owes a player. `command` may name `{player}` and `{uuid}`."""

    id: str
    serverId: str
    playerUuid: str
    prize: str
    command: str


@dataclass(frozen=True, slots=True)
class Holder:
    """The instance that asks: it alone may carry out what it was lent."""

    pluginId: str
    serverId: str


@dataclass(frozen=True, slots=True)
class Lease:
    """Something owed, lent to one instance. `attempt` is set once an attempt was let start."""

    id: str
    leaseId: str
    playerUuid: str
    prize: str
    command: str
    until: datetime | None
    attempt: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What an instance tells of a lease."""

    id: str
    leaseId: str
    playerUuid: str
    attempt: str
    outcome: Outcome


class RedemptionSource(Protocol):
    """Who keeps what is owed: every step is decided by a condition in there."""

    def lease(self, holder: Holder, player: str, now: datetime) -> Lease | None:
        """Lend the oldest thing owed to a player; the holder's own lease first. None: nothing."""
        ...

    def confirm(self, holder: Holder, report: Report, now: datetime) -> DeliveryStatus:
        """Take a report. Raises RedemptionNotFound, LeaseLost, AlreadyStarted."""
        ...


PlayerUuid = Annotated[
    str, Field(pattern=r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$")
]
Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class CheckRedemption(Query):
    """Who is online and may get something."""

    playerUuid: PlayerUuid
    playerName: Annotated[str, Field(min_length=1, max_length=64)]


class RedemptionView(Dto):
    """Something to hand over. `command` is complete; run it only after a STARTED was answered.

    `attempt` is the one that was let start before: if it is not in your journal as finished,
    report it UNCERTAIN. `leasedUntil` is null once it was started: it is yours alone.
    """

    id: str
    leaseId: str
    prize: str
    command: str
    leasedUntil: datetime | None
    attempt: str | None


class RedemptionCheck(Dto):
    """The oldest thing owed to the player, or nothing."""

    redemption: RedemptionView | None


class ExecuteRedemption(Input):
    """What became of it. `attempt` is a token of yours, new for each time you mean to run it."""

    redemptionId: Annotated[str, Field(min_length=1, max_length=64)]
    leaseId: Token
    playerUuid: PlayerUuid
    attempt: Token
    outcome: Outcome


class RedemptionExecuted(Dto):
    """`proceed`: run the command now. Everything else is only noted."""

    proceed: bool
    status: DeliveryStatus
