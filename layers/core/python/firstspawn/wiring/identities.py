"""Services of accounts elsewhere."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.accounts import Accounts

if TYPE_CHECKING:
    from firstspawn.identities.service import IdentityService


class Identities(Accounts):
    """Identities, and signing in with them."""

    @cached_property
    def identities(self) -> IdentityService:
        """Accounts elsewhere."""
        from firstspawn.identities.repository import IdentityRepository
        from firstspawn.identities.service import IdentityService

        self.database()
        return IdentityService(IdentityRepository(), self.clock)
