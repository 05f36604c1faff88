"""The keys of access tokens, learned again by functions that stay warm while they are rotated."""

import logging
from collections.abc import Callable
from datetime import timedelta

from firstspawn.auth.errors import InvalidAccessToken
from firstspawn.clients.secrets import SecretsUnavailable
from firstspawn.config import Secrets
from firstspawn.kit.clock import Clock
from firstspawn.kit.metrics import metric

_LOG = logging.getLogger(__name__)
KEPT = timedelta(minutes=5)
PAUSE = timedelta(minutes=1)


class SigningKeys:
    """Keys by their ids. `reload` reads them again: one call.

    An unknown key id reads them at most once a minute, so that forged ids cost no call each; what
    signs is never older than five minutes, unless the keys cannot be read.
    """

    def __init__(self, secrets: Secrets, reload: Callable[[], Secrets], clock: Clock) -> None:
        self._secrets, self._reload, self._clock = secrets, reload, clock
        self._asked = clock()

    def current(self) -> tuple[str, bytes]:
        """The id and the key to sign with."""
        self._reload_after(KEPT)
        kid = self._secrets.jwtCurrentKid
        return kid, self._secrets.jwtKeys[kid]

    def named(self, kid: object) -> bytes:
        """The key a token names. Raises InvalidAccessToken for one that is not ours."""
        if not isinstance(kid, str):
            raise InvalidAccessToken
        if kid not in self._secrets.jwtKeys:
            self._reload_after(PAUSE)
        if kid not in self._secrets.jwtKeys:
            raise InvalidAccessToken
        return self._secrets.jwtKeys[kid]

    def _reload_after(self, age: timedelta) -> None:
        now = self._clock()
        if now - self._asked < age:
            return
        self._asked = now
        try:
            self._secrets = self._reload()
        except SecretsUnavailable as error:
            extra = metric("KeysNotReloaded", 1, now)
            _LOG.warning("going on with the keys of before: %s", error, extra=extra)
