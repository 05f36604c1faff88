"""HTTP routes, one module per resource."""

from functions.api import (
    admin,
    auth,
    discovery,
    identities,
    media,
    meta,
    oauth,
    passwords,
    realtime,
    reputation,
    servers,
    tags,
    tokens,
    uptime,
    users,
)

ROUTES = (
    meta.site,
    meta.api,
    auth.routes,
    passwords.routes,
    tokens.routes,
    users.routes,
    reputation.routes,
    oauth.routes,
    identities.routes,
    discovery.routes,
    servers.routes,
    tags.routes,
    uptime.routes,
    realtime.routes,
    media.routes,
    admin.routes,
)
