"""All HTTP routes, people's and plugins'."""

from functions import api, plugin

ROUTES = (*api.ROUTES, *plugin.ROUTES)
