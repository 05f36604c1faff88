"""What can go wrong with an API token."""

from firstspawn.errors import Conflict, Forbidden, NotFound, Unauthenticated


class InvalidApiToken(Unauthenticated):
    """The token is malformed, unknown, revoked or expired: which of them is not said."""

    code = "invalid_token"
    title = "The API token is not valid"


class TokenNotAllowed(Forbidden):
    """This route is for people who are signed in, and never for an API token."""

    code = "token_not_allowed"
    title = "API tokens are not accepted here"


class InsufficientScope(Forbidden):
    """The token lacks the scope this route needs, which `scope` names (RFC 6750)."""

    code = "insufficient_scope"
    title = "The API token lacks a scope"

    def __init__(self, needed: str = "") -> None:
        challenge = f'Bearer realm="firstspawn", error="insufficient_scope", scope="{needed}"'
        super().__init__(f"needs {needed}", headers={"WWW-Authenticate": challenge}, scope=needed)


class ApiTokenNotFound(NotFound):
    """No such token of this user."""

    code = "api_token_not_found"
    title = "No such API token"


class ApiTokenLimitReached(Conflict):
    """All places for tokens are taken: revoke one."""

    code = "api_token_limit_reached"
    title = "You have as many API tokens as you may"
