"""The cookies of signing in: out of scripts' reach, sent to the auth routes alone."""

from urllib.parse import urlsplit

from firstspawn.auth.schemas import TokenTransport
from firstspawn.errors import Forbidden
from firstspawn.wiring import container
from functions.http.request import Request

_PATH = "/api/v1/auth"
_ATTEMPT_SECONDS = 600


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


def refresh_token(request: Request, in_body: str | None) -> tuple[str | None, TokenTransport]:
    """The refresh token and how it came; the body wins.

    Raises Forbidden if a page of a foreign origin makes a browser send the cookie.
    """
    if in_body:
        return in_body, TokenTransport.BODY
    origin = request.headers.get("origin")
    token = request.cookie(_name())
    if token and origin and origin not in container().settings.cors_origins:
        raise Forbidden("this origin may not use the cookie", code="foreign_origin")
    return token, TokenTransport.COOKIE
