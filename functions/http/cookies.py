"""The cookies of signing in: out of scripts' reach, sent to the auth routes alone."""

from urllib.parse import urlsplit

from firstspawn.auth.errors import InvalidChallenge
from firstspawn.auth.schemas import AccessGrant, TokenTransport
from firstspawn.errors import Forbidden
from firstspawn.wiring import container
from functions.http.request import Request
from functions.http.response import Reply

_PATH = "/api/v1/auth"
_ATTEMPT_SECONDS = 600
_CHALLENGE_SECONDS = 300


def _path() -> str:
    # Behind an API Gateway address the API's path begins with the stage.
    return urlsplit(container().settings.api_url).path.rstrip("/") + _PATH


def _name(purpose: str = "refresh") -> str:
    return f"__Secure-fs_{purpose}" if container().settings.secure_cookies else f"fs_{purpose}"


def _cookie(value: str, seconds: int, purpose: str = "refresh", same_site: str = "Strict") -> str:
    flags = f"HttpOnly; SameSite={same_site}" + ("; Secure" * container().settings.secure_cookies)
    return f"{_name(purpose)}={value}; Path={_path()}; Max-Age={seconds}; {flags}"


def refresh_cookie(token: str) -> str:
    """Set the cookie for the life of the session."""
    return _cookie(token, int(container().settings.session_life.total_seconds()))


def no_refresh_cookie() -> str:
    """Remove the cookie."""
    return _cookie("", 0)


def browser_cookie(value: str) -> str:
    """Bind an attempt to sign in elsewhere to this browser.

    Lax: a strict cookie would not come along when the provider sends the browser back.
    """
    return _cookie(value, _ATTEMPT_SECONDS, "attempt", "Lax")


def no_browser_cookie() -> str:
    """Remove that cookie."""
    return _cookie("", 0, "attempt", "Lax")


def browser(request: Request) -> str | None:
    """What an attempt was bound to."""
    return request.cookie(_name("attempt"))


def challenge_cookie(value: str) -> str:
    """Keep what a second factor is shown against: a login begun elsewhere goes on with it."""
    return _cookie(value, _CHALLENGE_SECONDS, "challenge")


def no_challenge_cookie() -> str:
    """Remove that cookie."""
    return _cookie("", 0, "challenge")


def challenge(request: Request, in_body: str | None) -> tuple[str, bool]:
    """The challenge of a login, and whether it came in its cookie; the body wins.

    Raises InvalidChallenge if there is none, Forbidden as `refresh_token`.
    """
    if in_body:
        return in_body, False
    found = _own(request, "challenge")
    if not found:
        raise InvalidChallenge
    return found, True


def granted(grant: AccessGrant, token: str, transport: TokenTransport) -> Reply:
    """Answer a grant, and send the refresh token the way the client asked for."""
    if transport is TokenTransport.BODY:
        return Reply(grant.model_copy(update={"refreshToken": token}))
    return Reply(grant, cookies=[refresh_cookie(token)])


def _own(request: Request, purpose: str) -> str | None:
    """A cookie of ours, unless a page of a foreign origin makes a browser send it: Forbidden."""
    origin, value = request.headers.get("origin"), request.cookie(_name(purpose))
    if value and origin and origin not in container().settings.cors_origins:
        raise Forbidden("this origin may not use the cookie", code="foreign_origin")
    return value


def refresh_token(request: Request, in_body: str | None) -> tuple[str | None, TokenTransport]:
    """The refresh token and how it came; the body wins.

    Raises Forbidden if a page of a foreign origin makes a browser send the cookie.
    """
    if in_body:
        return in_body, TokenTransport.BODY
    return _own(request, "refresh"), TokenTransport.COOKIE
