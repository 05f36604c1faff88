"""What goes in and out of planned maintenance."""

from datetime import datetime

from pydantic import Field

from firstspawn.kit.dto import Dto, Input
from firstspawn.uptime.maintenance import MaintenanceWindow


class PlanMaintenance(Input):
    """A window to come: begins at least 10 minutes and at most 60 days from now, lasts up to 8 h.

    Moments without an offset are UTC; seconds are cut off.
    """

    begins: datetime = Field(examples=["2026-12-01T03:00:00Z"])
    ends: datetime = Field(examples=["2026-12-01T05:00:00Z"])


class MaintenanceList(Dto):
    """The windows of the last 30 days and those to come, in order."""

    items: list[MaintenanceWindow]
    nextCursor: str | None = None
