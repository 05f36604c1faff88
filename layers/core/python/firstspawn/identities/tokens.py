"""Providers' refresh tokens at rest: sealed, and good for one user and platform."""

from collections.abc import Callable

from firstspawn.clients.vault import Vault
from firstspawn.identities.schemas import KEEPS_TOKEN, Linkable


class TokenSeal:
    """Seals and opens refresh tokens. The vault is built when the first one comes."""

    def __init__(self, vault: Callable[[], Vault]) -> None:
        self._vault = vault

    def of(self, user_id: str, link: Linkable) -> str | None:
        """What is stored of a link's token; None if it has none, or we have no use for it."""
        if link.refreshToken is None or link.platform not in KEEPS_TOKEN:
            return None
        return self.close(user_id, link.platform, link.refreshToken)

    def close(self, user_id: str, platform: str, token: str) -> str:
        """Seal a token."""
        return self._vault().seal(token.encode(), _context(user_id, platform))

    def open(self, user_id: str, platform: str, sealed: str) -> str:
        """Read a token. Raises VaultError if it is altered, or another user's or platform's."""
        return self._vault().open(sealed, _context(user_id, platform)).decode()


def _context(user_id: str, platform: str) -> dict[str, str]:
    return {"use": "provider-token", "userId": user_id, "platform": platform}
