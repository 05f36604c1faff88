"""What an API token may be let do. Every route that takes tokens names one of these."""

from enum import StrEnum


class Scope(StrEnum):
    """`resource:verb`; a route's default is made from its tag and its method."""

    ANALYTICS_READ = "analytics:read"
    FAVORITES_READ = "favorites:read"
    FAVORITES_WRITE = "favorites:write"
    IDENTITIES_READ = "identities:read"
    PLAYTIME_READ = "playtime:read"
    PLUGINS_READ = "plugins:read"
    REALTIME_READ = "realtime:read"
    REVIEWS_READ = "reviews:read"
    REVIEWS_WRITE = "reviews:write"
    SERVERS_READ = "servers:read"
    SERVERS_WRITE = "servers:write"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"


DESCRIPTIONS = {
    Scope.ANALYTICS_READ: "See the statistics of your servers",
    Scope.FAVORITES_READ: "List your favourites",
    Scope.FAVORITES_WRITE: "Add and remove favourites",
    Scope.IDENTITIES_READ: "List your accounts elsewhere",
    Scope.PLAYTIME_READ: "See where and how long you have played",
    Scope.PLUGINS_READ: "See the state of your servers' plugins",
    Scope.REALTIME_READ: "Receive live messages over a websocket",
    Scope.REVIEWS_READ: "List your reviews and votes",
    Scope.REVIEWS_WRITE: "Write, edit and vote on reviews; reply to those of your servers",
    Scope.SERVERS_READ: "List your servers",
    Scope.SERVERS_WRITE: "List, edit and remove your servers",
    Scope.USERS_READ: "See your profile, your e-mail address included",
    Scope.USERS_WRITE: "Edit your profile",
}


def scope_of(resource: str, method: str) -> Scope:
    """The scope of a resource's reads or writes. Raises ValueError if there is none."""
    verb = "read" if method in {"GET", "HEAD"} else "write"
    return Scope(f"{resource}:{verb}")
