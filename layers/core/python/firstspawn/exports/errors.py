"""What can go wrong with an export."""

from firstspawn.errors import Conflict, NotFound, TooManyRequests


class ExportUnderWay(Conflict):
    """One is being made already."""

    code = "export_under_way"
    title = "Your export is being made"


class ExportTooSoon(TooManyRequests):
    """There is one of the last 24 hours."""

    code = "export_too_soon"
    title = "One export a day"

    def __init__(self, *, retry_after: int = 0) -> None:
        super().__init__(retry_after=retry_after)


class ExportNotFound(NotFound):
    """None was asked for, its time is over, or the link is not good any more."""

    code = "export_not_found"
    title = "No such export"
