"""The refresh token's cookie: out of scripts' reach, sent to the auth routes alone."""

from urllib.parse import urlsplit

from firstspawn.auth.schemas import TokenTransport
from firstspawn.errors import Forbidden
from firstspawn.wiring import container
from functions.http.request import Request

_PATH = "/api/v1/auth"


def _path() -> str:
    # Behind an API Gateway address the API's path begins with the stage.
    return urlsplit(container().settings.api_url).path.rstrip("/") + _PATH


def _name() -> str:
    return "__Secure-fs_refresh" if container().settings.secure_cookies else "fs_refresh"


def _cookie(value: str, seconds: int) -> str:
    flags = "HttpOnly; SameSite=Strict" + ("; Secure" * container().settings.secure_cookies)
    return f"{_name()}={value}; Path={_path()}; Max-Age={seconds}; {flags}"


def refresh_cookie(token: str) -> str:
    """Set the cookie for the life of the session."""
    return _cookie(token, int(container().settings.session_life.total_seconds()))


def no_refresh_cookie() -> str:
    """Remove the cookie."""
    return _cookie("", 0)


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
