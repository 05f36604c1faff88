"""Counts a request against its route's rate limit, by plugin, user or else the client's address."""

from firstspawn.ratelimit.policies import AUTH, MAILS, PLUGIN, WRITES, Policy
from firstspawn.wiring import container
from functions.http.access import PLUGINS, Access
from functions.http.request import Request


def default_limit(method: str, access: Access) -> Policy | None:
    """The policy of a route that declares none: a guest's writes have the strictest.

    People's reads are free; plugins' calls are counted all together.
    """
    if access in PLUGINS:
        return PLUGIN
    if method == "GET":
        return None
    return AUTH if access is Access.GUEST else WRITES


def count(request: Request, policy: Policy) -> None:
    """Count the request and note the headers of its answer: one write.

    The address is the one the gateway saw, never a header's. Raises as `RateLimiter.check`.
    """
    limiter = container().rate_limiter
    if request.signer:
        subject = limiter.plugin(request.signer.pluginId)
    elif request.caller:
        subject = limiter.user(request.caller)
    else:
        subject = limiter.guest(request.source_ip)
    request.limits = limiter.check(policy, subject)


def count_mail(email: str) -> None:
    """Count what is about to be mailed to an address, whether or not it has an account: one write.

    Raises RateLimited, Unavailable.
    """
    limiter = container().rate_limiter
    limiter.check(MAILS, limiter.mailbox(email))
