"""Providers' refresh tokens at rest: sealed, and good for one user and platform."""

import logging
from collections.abc import Callable

from firstspawn.clients.vault import Vault, VaultUnavailable
from firstspawn.identities.schemas import KEEPS_TOKEN, Linkable
from firstspawn.kit.clock import Clock
from firstspawn.kit.metrics import metric

_LOG = logging.getLogger(__name__)


class TokenSeal:
    """Seals and opens refresh tokens. The vault is built when the first one comes."""

    def __init__(self, vault: Callable[[], Vault], clock: Clock) -> None:
        self._vault, self._clock = vault, clock

    def of(self, user_id: str, link: Linkable) -> str | None:
        """What is stored of a link's token; None if it has none, or we have no use for it.

        Nor if KMS fails, which the metric `ProviderTokenNotSealed` counts: signing in needs none.
        """
        if link.refreshToken is None or link.platform not in KEEPS_TOKEN:
            return None
        try:
            return self.close(user_id, link.platform, link.refreshToken)
        except VaultUnavailable as error:
            extra = metric("ProviderTokenNotSealed", 1, self._clock())
            _LOG.warning("token not kept: %s", type(error.__cause__).__name__, extra=extra)
            return None

    def close(self, user_id: str, platform: str, token: str) -> str:
        """Seal a token."""
        return self._vault().seal(token.encode(), _context(user_id, platform))

    def open(self, user_id: str, platform: str, sealed: str) -> str:
        """Read a token. Raises VaultError if it is altered, or another user's or platform's."""
        return self._vault().open(sealed, _context(user_id, platform)).decode()


def _context(user_id: str, platform: str) -> dict[str, str]:
    return {"use": "provider-token", "userId": user_id, "platform": platform}
