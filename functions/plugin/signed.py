"""What plugins call: verification, heartbeats, codes typed in the game, redemptions."""

from firstspawn.errors import ChangedMeanwhile, Invalid
from firstspawn.identities.errors import (
    IdentityTaken,
    InvalidLinkCode,
    NotLinkable,
    PlatformAlreadyLinked,
)
from firstspawn.plugins.errors import PluginOutdated
from firstspawn.plugins.installation_schemas import (
    ClaimIdentity,
    Heartbeat,
    HeartbeatSeen,
    IdentityClaimed,
    Verified,
    Verify,
)
from firstspawn.redemptions.errors import AlreadyStarted, LeaseLost, RedemptionNotFound
from firstspawn.redemptions.schemas import (
    CheckRedemption,
    ExecuteRedemption,
    RedemptionCheck,
    RedemptionExecuted,
)
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("plugin", prefix="/api/v1/plugin")


@routes.post(
    "/verify",
    access=Access.UNVERIFIED_PLUGIN,
    returns=Verified,
    errors=(PluginOutdated, Invalid, ChangedMeanwhile),
)
def verify_plugin(request: Request, body: Verify) -> Verified:
    """Verify an installation; call it at every start of the game server.

    The first call activates the instance, later ones tell what runs now.
    """
    return container().plugin_installation.verify(request.plugin, body)


@routes.post("/heartbeat", access=Access.PLUGIN)
def report_heartbeat(request: Request, body: Heartbeat) -> HeartbeatSeen:
    """Tell every five minutes that the game server runs, and who is online."""
    return container().plugin_heartbeats.beat(request.plugin, body)


@routes.post(
    "/identity/claim",
    access=Access.PLUGIN,
    errors=(InvalidLinkCode, NotLinkable, IdentityTaken, PlatformAlreadyLinked),
)
def claim_identity(request: Request, body: ClaimIdentity) -> IdentityClaimed:
    """Report a code that a player typed in the game: it links them with their account."""
    plugin = request.plugin
    container().link_codes.claim(
        body.code, body.playerUuid, body.playerName, plugin.serverId,
        trusted=plugin.trusted, platform=plugin.gameType.value,
    )  # fmt: skip
    return IdentityClaimed(everywhere=plugin.trusted)


@routes.get("/redemption/check", access=Access.PLUGIN)
def check_redemption(request: Request, query: CheckRedemption) -> RedemptionCheck:
    """Ask what a player who is online is owed. What is shown is lent to this instance."""
    return container().redemptions.check(request.plugin, query)


@routes.post(
    "/redemption/execute",
    access=Access.PLUGIN,
    errors=(RedemptionNotFound, LeaseLost, AlreadyStarted),
)
def execute_redemption(request: Request, body: ExecuteRedemption) -> RedemptionExecuted:
    """Report STARTED before you run a command, and afterwards what became of it."""
    return container().redemptions.execute(request.plugin, body)
