"""Counts plugins' refused calls, so that guessing, a broken client and a flood stay cheap for us.

A call that is let in is never counted here and never refused for what others did: a signature that
fits gets in however many did not. Over the limit a refusal costs no write, and a known key no read.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from firstspawn.errors import Forbidden, ProblemError
from firstspawn.kit.clock import Clock
from firstspawn.plugins.errors import PluginOutdated, Replayed, SignatureRefused
from firstspawn.ratelimit.errors import RateLimited
from firstspawn.ratelimit.policies import REFUSED, Audience
from firstspawn.ratelimit.service import RateLimiter, Subject

COUNTED = (SignatureRefused, Forbidden, PluginOutdated, Replayed)
_MOST_REMEMBERED = 1000


class Refusals:
    """Refusals of an instance's key from an address, or of unknown keys from an address."""

    def __init__(self, limiter: RateLimiter, clock: Clock) -> None:
        self._limiter, self._clock = limiter, clock
        self._over: OrderedDict[str, datetime] = OrderedDict()

    def are_over(self, address: str, plugin_id: str | None) -> bool:
        """Tell whether this process knows the limit to be reached: no call."""
        return self._left(self._subject(address, plugin_id)) > timedelta()

    def count(self, address: str, plugin_id: str | None, refusal: ProblemError) -> None:
        """Count a refusal: one write, none once the limit is known to be reached.

        Raises RateLimited, from the refusal. Does not fail if the counters do not answer.
        """
        subject = self._subject(address, plugin_id)
        if left := self._left(subject):
            raise RateLimited(retry_after=max(1, round(left.total_seconds()))) from refusal
        try:
            refusal.headers |= self._limiter.check(REFUSED, subject)
        except RateLimited as full:
            wait = timedelta(seconds=int(full.headers["Retry-After"]))
            self._over[subject.key] = self._clock() + wait
            while len(self._over) > _MOST_REMEMBERED:
                self._over.popitem(last=False)
            raise full from refusal

    def _left(self, subject: Subject) -> timedelta:
        until = self._over.get(subject.key)
        return max(until - self._clock(), timedelta()) if until else timedelta()

    def _subject(self, address: str, plugin_id: str | None) -> Subject:
        guest = self._limiter.guest(address)
        if plugin_id is None:
            return guest
        return Subject(Audience.PLUGIN, f"{plugin_id}#{guest.key}")
