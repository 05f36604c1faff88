"""What plugins tell of who played."""

from firstspawn.errors import Unavailable
from firstspawn.playtime.errors import ServerGone
from firstspawn.playtime.schemas import PlayerReport, PlaytimeReport, SyncResult
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("plugin", prefix="/api/v1/plugin/playtime")

# A thousand players with long names in whatever script, escaped.
_BODY = 512 * 1024


@routes.post("/sync", access=Access.PLUGIN, errors=(ServerGone, Unavailable), body_limit=_BODY)
def sync_playtime(request: Request, body: PlaytimeReport) -> SyncResult:
    """Report who played since the last report, up to 1,000 intervals. Send it again if in doubt."""
    return container().playtime.sync(request.plugin, body)


@routes.post("/player", access=Access.PLUGIN, errors=(ServerGone, Unavailable))
def report_player(request: Request, body: PlayerReport) -> SyncResult:
    """Report one player's interval, when they leave say. Send it again if in doubt."""
    return container().playtime.sync(request.plugin, PlaytimeReport(players=[body]))
