"""What every plugin calls: its verification."""

from firstspawn.errors import ChangedMeanwhile, Invalid
from firstspawn.plugins.errors import PluginOutdated
from firstspawn.plugins.installation_schemas import Verified, Verify
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
