"""Counts a request against its route's rate limit, by user or else by the client's address."""

from firstspawn.ratelimit.policies import AUTH, PLUGIN, WRITES, Policy
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request


def default_limit(method: str, access: Access) -> Policy | None:
    """The policy of a route that declares none: reads are free, a guest's writes the strictest."""
    if method == "GET":
        return None
    return {Access.GUEST: AUTH, Access.PLUGIN: PLUGIN}.get(access, WRITES)


def count(request: Request, policy: Policy) -> None:
    """Count the request and note the headers of its answer: one write.

    The address is the one the gateway saw, never a header's. Raises as `RateLimiter.check`.
    """
    limiter = container().rate_limiter
    caller = request.caller
    subject = limiter.user(caller) if caller else limiter.guest(request.source_ip)
    request.limits = limiter.check(policy, subject)
