"""Services of plugins."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.listings import Listings

if TYPE_CHECKING:
    from firstspawn.plugins.authenticator import Authenticator
    from firstspawn.plugins.heartbeats import HeartbeatService
    from firstspawn.plugins.installation import InstallationService
    from firstspawn.plugins.service import PluginService
    from firstspawn.plugins.watch import WatchService
    from firstspawn.redemptions.service import RedemptionService


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
            refresh=self.plugin_heartbeats.refresh,
        )

    @cached_property
    def plugin_authenticator(self) -> Authenticator:
        """Tells who signed a call."""
        from firstspawn.plugins.authenticator import Authenticator
        from firstspawn.plugins.refusals import Refusals
        from firstspawn.plugins.releases import official
        from firstspawn.plugins.signing_repository import SigningRepository

        self.database()
        refusals = Refusals(self.rate_limiter, self.clock)
        return Authenticator(SigningRepository(), self.vault, official(), refusals, self.clock)

    @cached_property
    def plugin_installation(self) -> InstallationService:
        """What plugins say of themselves."""
        from firstspawn.plugins.installation import InstallationService
        from firstspawn.plugins.releases import official
        from firstspawn.plugins.repository import PluginRepository

        self.database()
        return InstallationService(PluginRepository(), self.servers, official(), clock=self.clock)

    @cached_property
    def plugin_heartbeats(self) -> HeartbeatService:
        """That plugins are alive."""
        from firstspawn.plugins.heartbeat_repository import HeartbeatRepository
        from firstspawn.plugins.heartbeats import HeartbeatService
        from firstspawn.plugins.releases import official
        from firstspawn.plugins.repository import PluginRepository
        from firstspawn.uptime.presence import PresenceService
        from firstspawn.uptime.presence_repository import PresenceRepository

        self.database()
        return HeartbeatService(
            HeartbeatRepository(),
            PluginRepository(),
            PresenceService(PresenceRepository()),
            official(),
            self.clock,
        )

    @cached_property
    def plugin_watch(self) -> WatchService:
        """Looks after plugins that fall silent."""
        from firstspawn.plugins.watch import WatchService
        from firstspawn.plugins.watch_repository import WatchRepository

        self.database()
        return WatchService(
            WatchRepository(),
            self.plugin_heartbeats.refresh,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def redemptions(self) -> RedemptionService:
        """Hands over what players are owed in the game."""
        from firstspawn.kit.encoding import to_base64url
        from firstspawn.redemptions.repository import DeliveryRepository
        from firstspawn.redemptions.service import RedemptionService

        self.database()
        repository = DeliveryRepository(lambda: to_base64url(self.random(16)))
        return RedemptionService(repository, self.clock)
