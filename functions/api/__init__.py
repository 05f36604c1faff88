"""HTTP routes, one module per resource."""

from functions.api import auth, discovery, media, meta, realtime, servers, tags, uptime, users

ROUTES = (
    meta.site,
    meta.api,
    auth.routes,
    users.routes,
    discovery.routes,
    servers.routes,
    tags.routes,
    uptime.routes,
    realtime.routes,
    media.routes,
)
