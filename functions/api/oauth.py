"""Signing in with an account elsewhere."""

from firstspawn.auth.service import Device
from firstspawn.errors import Unavailable
from firstspawn.oauth.errors import ProviderNotConfigured
from firstspawn.oauth.schemas import ProviderList, StartQuery
from firstspawn.ratelimit.policies import AUTH
from firstspawn.wiring import container
from functions.http import cookies
from functions.http.access import Access
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

routes = Routes("auth")


@routes.get("/auth/providers", access=Access.GUEST)
def list_providers(request: Request) -> ProviderList:  # noqa: ARG001
    """List where one can sign in with an account elsewhere."""
    return container().oauth.providers()


@routes.get(
    "/auth/{provider}",
    access=Access.GUEST,
    status=302,
    errors=(ProviderNotConfigured, Unavailable),
    limit=AUTH,
)
def start_sign_in(request: Request, provider: str, query: StartQuery) -> Reply:  # noqa: ARG001
    """Send the browser to a provider to sign in there."""
    started = container().oauth.start(provider, query.returnTo)
    cookie = cookies.browser_cookie(started.browser)
    return Reply(headers={"Location": started.url}, cookies=[cookie])


@routes.get(
    "/auth/{provider}/callback",
    access=Access.GUEST,
    status=302,
    errors=(ProviderNotConfigured,),
    limit=AUTH,
)
def finish_sign_in(request: Request, provider: str) -> Reply:
    """Take the provider's answer and send the browser back to the frontend.

    `signedIn`: the session's cookie is set, get an access token from `/auth/refresh`.
    `secondFactor`: another cookie is set, go on at `/auth/second-factor`. `linked`: the account is.
    `error`: a code that says why none of them. No token ever stands in the address.
    """
    device = Device(request.user_agent, request.source_ip)
    browser = cookies.browser(request)
    done = container().oauth.finish(provider, request.query, browser, device)
    set_cookies = [cookies.no_browser_cookie()]
    if done.refreshToken:
        set_cookies.append(cookies.refresh_cookie(done.refreshToken))
    if done.challenge:
        set_cookies.append(cookies.challenge_cookie(done.challenge))
    return Reply(headers={"Location": done.url}, cookies=set_cookies)
