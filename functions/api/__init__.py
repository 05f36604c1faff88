"""HTTP routes, one module per resource."""

from functions.api import auth, meta, users

ROUTES = (meta.site, meta.api, auth.routes, users.routes)
