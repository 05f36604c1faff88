"""Plugins' credentials, for who owns the server; and what the staff decides of them."""

from firstspawn.errors import ChangedMeanwhile
from firstspawn.plugins.errors import PluginLimitReached, PluginNotFound
from firstspawn.plugins.schemas import (
    EditPlugin,
    IssuedPlugin,
    IssuePlugin,
    PluginList,
    PluginView,
    RotatedSecret,
    RotateSecret,
    SuspendPlugin,
    TrustPlugins,
)
from firstspawn.servers.errors import NotTheOwner, ServerNotFound
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes
from functions.http.staff import noting, noting_others

routes = Routes("plugins")

_LIST = "/servers/{server}/plugin/credentials"
_ONE = _LIST + "/{plugin}"
_OWNERS = (ServerNotFound, NotTheOwner)


@routes.post(
    _LIST,
    access=Access.OWNER,
    verified=True,
    fresh=True,
    scope=None,
    status=201,
    errors=(*_OWNERS, PluginLimitReached, ChangedMeanwhile),
)
def issue_plugin(request: Request, server: str, body: IssuePlugin) -> IssuedPlugin:
    """Issue a key and a secret for a plugin of your own server. The secret is shown this once."""
    return container().plugins.issue(request.user, server, body)


@routes.get(_LIST, access=Access.OWNER, errors=_OWNERS)
def list_plugins(request: Request, server: str) -> PluginList:
    """List a server's plugins, revoked ones for 30 days."""
    return container().plugins.list(request.user, server)


@routes.patch(
    _ONE,
    access=Access.OWNER,
    verified=True,
    scope=None,
    errors=(*_OWNERS, PluginNotFound, ChangedMeanwhile),
)
def edit_plugin(request: Request, server: str, plugin: str, body: EditPlugin) -> PluginView:
    """Rename a plugin, or say from which addresses it calls."""
    changes = body.model_dump(exclude_none=True)
    note = noting_others(request, "plugin.edit", changes, f"plugin:{plugin}")
    return container().plugins.edit(request.user, server, plugin, body, note)


@routes.post(
    _ONE + "/rotate",
    access=Access.OWNER,
    verified=True,
    fresh=True,
    scope=None,
    errors=(*_OWNERS, PluginNotFound, ChangedMeanwhile),
)
def rotate_plugin_secret(
    request: Request, server: str, plugin: str, body: RotateSecret
) -> RotatedSecret:
    """Make a new secret; the old one stays good for a while, a day unless you say otherwise.

    As for issuing one, the server must be your own.
    """
    return container().plugins.rotate(request.user, server, plugin, body)


@routes.delete(_ONE, access=Access.OWNER, scope=None, errors=(*_OWNERS, PluginNotFound))
def revoke_plugin(request: Request, server: str, plugin: str) -> None:
    """End a plugin's credentials for good."""
    note = noting_others(request, "plugin.revoke", subject=f"plugin:{plugin}")
    container().plugins.revoke(request.user, server, plugin, note)


@routes.post(_ONE + "/suspend", access=Access.MODERATOR, errors=(PluginNotFound,))
def suspend_plugin(request: Request, server: str, plugin: str, body: SuspendPlugin) -> PluginView:
    """Turn a plugin's calls away. `server` is the server's id."""
    note = noting(request, "plugin.suspend", f"plugin:{plugin}", body.reason)
    return container().plugins.suspend(server, plugin, body.reason, note)


@routes.post(_ONE + "/reinstate", access=Access.MODERATOR, errors=(PluginNotFound,))
def reinstate_plugin(request: Request, server: str, plugin: str) -> PluginView:
    """Let a suspended plugin call again. `server` is the server's id."""
    note = noting(request, "plugin.reinstate", f"plugin:{plugin}")
    return container().plugin_vigilance.reinstate(server, plugin, note)


@routes.post(
    "/servers/{server}/plugin/trust",
    access=Access.ADMIN,
    fresh=True,
    errors=(ServerNotFound, ChangedMeanwhile),
)
def trust_plugins(request: Request, server: str, body: TrustPlugins) -> PluginList:
    """Let a server vouch for its players everywhere, or on itself alone."""
    server = container().servers.get(server)[0].id
    note = noting(request, "plugin.trust", f"server:{server}", after={"trusted": body.trusted})
    return container().plugins.trust(server, trusted=body.trusted, also=note)
