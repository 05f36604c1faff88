"""Decides whether a request may pass, and what its answer says about limits."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from firstspawn.errors import Unauthenticated, Unavailable
from firstspawn.kit.clock import Clock, epoch
from firstspawn.kit.metrics import metric
from firstspawn.kit.signing import mac
from firstspawn.ratelimit.errors import RateLimited
from firstspawn.ratelimit.policies import Audience, Policy, Total, Window
from firstspawn.ratelimit.repository import Count, RateRepository
from firstspawn.users.schemas import Caller

_LOG = logging.getLogger(__name__)
_TYPE = "https://iana.org/assignments/http-problem-types#quota-exceeded"
_IPV6_SITE = 64


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is counted: a user or key by id, a guest by address."""

    audience: Audience
    key: str


class RateLimiter:
    """Counts requests against policies. `scale` multiplies every limit (never in production)."""

    def __init__(self, repository: RateRepository, key: bytes, clock: Clock, scale: int) -> None:
        self._counters, self._key, self._clock, self._scale = repository, key, clock, scale

    def guest(self, address: str) -> Subject:
        """A guest, by a keyed hash of the client's address (IPv6: of its /64 site)."""
        return Subject(
            Audience.GUEST, mac(self._key, "rate-limit", _site(address).encode(), 12).hex()
        )

    def user(self, caller: Caller) -> Subject:
        """Somebody signed in, with the limits of their tier."""
        return Subject(Audience(caller.tier.value.lower()), caller.userId)

    def plugin(self, plugin_id: str) -> Subject:
        """An installed plugin, whatever address it calls from."""
        return Subject(Audience.PLUGIN, plugin_id)

    def mailbox(self, email: str) -> Subject:
        """An e-mail address that something is about to be mailed to, by its keyed hash."""
        return Subject(Audience.ADDRESS, mac(self._key, "rate-limit", email.encode(), 12).hex())

    def check_total(
        self, total: Total, subject: Subject, thing: str, until: datetime
    ) -> dict[str, str]:
        """Count a try at a thing that is there `until` then: one write. Returns the headers.

        Raises RateLimited; Unauthenticated if there is nothing for this audience; Unavailable.
        """
        if subject.audience not in total.limits:
            raise Unauthenticated
        limit, now = total.limits[subject.audience] * self._scale, self._clock()
        end, left = epoch(until), max(epoch(until) - epoch(now), 1)
        admitted, used = self._counters.take_one(total.name, f"{subject.key}#{thing}", limit, end)
        counts = [Count(Window(limit, left), used, left)]
        headers = _headers(total.name, counts)
        if not admitted:
            raise _refusal(total.name, counts, headers)
        return headers

    def check(self, policy: Policy, subject: Subject) -> dict[str, str]:
        """Count a request: one write. Returns the headers that tell where the caller stands.

        Raises RateLimited; Unauthenticated if the policy has nothing for this audience;
        Unavailable if the counters cannot be reached and the policy is closed.
        """
        if subject.audience not in policy.windows:
            raise Unauthenticated
        windows = [
            Window(window.limit * self._scale, window.seconds)
            for window in policy.windows[subject.audience]
        ]
        now = self._clock()
        try:
            admitted, counts = self._counters.take(policy.name, subject.key, windows, epoch(now))
        except Unavailable:
            if policy.closed:
                raise
            extra = metric("RateLimitFailedOpen", 1, now, policy=policy.name)
            _LOG.warning("rate limit failed open", exc_info=True, extra=extra)
            return {}
        headers = _headers(policy.name, counts)
        if not admitted:
            raise _refusal(policy.name, counts, headers)
        return headers


def _site(address: str) -> str:
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ip_network((parsed.packed, _IPV6_SITE), strict=False))
        parsed = parsed.ipv4_mapped
    return str(parsed)


def _refusal(policy: str, counts: Sequence[Count], headers: dict[str, str]) -> RateLimited:
    full = [count for count in counts if count.used >= count.window.limit]
    # An engine that does not show the item it refused leaves the shortest window to be named.
    wait = max((count.resetSeconds for count in full), default=counts[0].resetSeconds)
    error = RateLimited(retry_after=wait, type=_TYPE)
    error.extensions["violated-policies"] = [policy]
    error.headers |= headers
    return error


def _headers(policy: str, counts: Sequence[Count]) -> dict[str, str]:
    """Every window of the policy, the longest under its own name, as the IETF's draft says it."""
    names = [f'"{policy}-{count.window.seconds}s"' for count in counts[:-1]] + [f'"{policy}"']
    return {
        "RateLimit-Policy": ", ".join(
            f"{name};q={count.window.limit};w={count.window.seconds}"
            for name, count in zip(names, counts, strict=True)
        ),
        "RateLimit": ", ".join(
            f"{name};r={count.window.limit - count.used};t={count.resetSeconds}"
            for name, count in zip(names, counts, strict=True)
        ),
    }
