"""What can go wrong with planned maintenance."""

from firstspawn.errors import Conflict, NotFound


class MaintenanceOverlaps(Conflict):
    """Another window covers a part of this one."""

    code = "maintenance_overlaps"
    title = "Another window covers a part of this one"


class MaintenanceExhausted(Conflict):
    """The windows of 30 days may cover 24 hours together, and be ten at most."""

    code = "maintenance_exhausted"
    title = "No more maintenance within these 30 days"


class MaintenanceNotFound(NotFound):
    """No such window that is still to come or under way."""

    code = "maintenance_not_found"
    title = "No such window"
