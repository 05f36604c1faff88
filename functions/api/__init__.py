"""HTTP routes, one module per resource."""

from functions.api import auth, meta, realtime, servers, tags, uptime, users

ROUTES = (
    meta.site,
    meta.api,
    auth.routes,
    users.routes,
    servers.routes,
    tags.routes,
    uptime.routes,
    realtime.routes,
)
