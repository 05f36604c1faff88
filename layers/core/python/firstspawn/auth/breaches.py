"""No new password is one that thieves try first."""

import logging

from firstspawn.auth.errors import PasswordBreached
from firstspawn.clients.breaches import BreachedPasswords, BreachesUnavailable
from firstspawn.kit.clock import Clock
from firstspawn.kit.metrics import metric

_LOG = logging.getLogger(__name__)


class BreachCheck:
    """Asks about new passwords, if the stack has anybody to ask."""

    def __init__(self, known: BreachedPasswords | None, clock: Clock) -> None:
        self._known, self._clock = known, clock

    def refuse_breached(self, password: str, field: str = "password") -> None:
        """Raise PasswordBreached for a password that leaked somewhere: one call at most.

        When nobody answers the password passes, and the metric `BreachCheckFailedOpen` says so.
        """
        if self._known is None:
            return
        try:
            seen = self._known.count(password)
        except BreachesUnavailable as error:
            extra = metric("BreachCheckFailedOpen", 1, self._clock())
            _LOG.warning("password passed unchecked: %s", error, extra=extra)
            return
        if seen:
            raise PasswordBreached(field)
