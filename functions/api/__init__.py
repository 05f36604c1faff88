"""HTTP routes, one module per resource."""

from functions.api import auth, meta, realtime, uptime, users

ROUTES = (meta.site, meta.api, auth.routes, users.routes, uptime.routes, realtime.routes)
