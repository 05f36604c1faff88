"""What every service needs: settings, keys, the table, page cursors."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.config import Secrets, Settings
from firstspawn.kit.clock import Clock, system_clock
from firstspawn.kit.ids import NewId, RandomBytes, id_source, random_bytes

if TYPE_CHECKING:
    from firstspawn.clients.vault import Vault
    from firstspawn.kit.cursors import Cursors
    from firstspawn.ratelimit.service import RateLimiter


class Base:
    """What the other parts of the container are built from."""

    def __init__(
        self,
        settings: Settings,
        secrets: Secrets | None = None,
        clock: Clock = system_clock,
        random: RandomBytes = random_bytes,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.random = random
        self.new_id: NewId = id_source(clock, random)
        self._given_secrets = secrets

    @cached_property
    def secrets(self) -> Secrets:
        """The stack's keys: one call, at the first use in the process."""
        if self._given_secrets:
            return self._given_secrets
        from firstspawn.clients.secrets import load_secrets

        return load_secrets(self.settings)

    def reload_secrets(self) -> Secrets:
        """The stack's keys as they are now: one call. Raises SecretsUnavailable."""
        if self._given_secrets:
            return self._given_secrets
        from firstspawn.clients.secrets import reload_secrets

        return reload_secrets(self.settings)

    def database(self) -> None:
        """Connect the items to the table, once."""
        _ = self._connected

    @cached_property
    def _connected(self) -> bool:
        from firstspawn.db.item import connect

        connect(self.settings.table, self.settings.region)
        return True

    @staticmethod
    def is_outage(error: Exception) -> bool:
        """Tell an outage of what is behind us from a bug of ours."""
        from firstspawn.db.outages import is_outage

        return is_outage(error)

    @cached_property
    def rate_limiter(self) -> RateLimiter:
        """Counts requests."""
        from firstspawn.ratelimit.repository import RateRepository
        from firstspawn.ratelimit.service import RateLimiter

        self.database()
        scale = self.settings.rate_scale
        return RateLimiter(RateRepository(), self.secrets.macKey, self.clock, scale)

    @cached_property
    def cursors(self) -> Cursors:
        """Page cursors sealed with the stack's key."""
        from firstspawn.kit.cursors import Cursors

        return Cursors(self.secrets.macKey)

    @cached_property
    def vault(self) -> Vault:
        """Seals secrets at rest."""
        from firstspawn.clients.vault import open_vault

        return open_vault(self.settings, lambda: self.secrets, self.clock)
