"""Services of plugins."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.listings import Listings

if TYPE_CHECKING:
    from firstspawn.plugins.authenticator import Authenticator
    from firstspawn.plugins.installation import InstallationService
    from firstspawn.plugins.service import PluginService


class Plugins(Listings):
    """Plugins in game servers."""

    @cached_property
    def plugins(self) -> PluginService:
        """Instances and their credentials."""
        from firstspawn.plugins.repository import PluginRepository
        from firstspawn.plugins.service import PluginService

        self.database()
        return PluginService(
            PluginRepository(),
            self.servers,
            lambda: self.vault,
            clock=self.clock,
            new_id=self.new_id,
            random=self.random,
        )

    @cached_property
    def plugin_authenticator(self) -> Authenticator:
        """Tells who signed a call."""
        from firstspawn.plugins.authenticator import Authenticator
        from firstspawn.plugins.releases import official
        from firstspawn.plugins.signing_repository import SigningRepository

        self.database()
        return Authenticator(SigningRepository(), self.vault, official(), self.clock)

    @cached_property
    def plugin_installation(self) -> InstallationService:
        """What plugins say of themselves."""
        from firstspawn.plugins.installation import InstallationService
        from firstspawn.plugins.releases import official
        from firstspawn.plugins.repository import PluginRepository

        self.database()
        return InstallationService(PluginRepository(), self.servers, official(), clock=self.clock)
