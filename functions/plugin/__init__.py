"""Calls that plugins sign: routes behind API Gateway and, the same, behind a door of their own."""

from functions.plugin import playtime, signed

ROUTES = (signed.routes, playtime.routes)
