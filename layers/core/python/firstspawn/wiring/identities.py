"""Services of accounts elsewhere."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.factors import Factors

if TYPE_CHECKING:
    from firstspawn.clients.queues import Queue
    from firstspawn.identities.codes import LinkCodeService
    from firstspawn.identities.service import IdentityService
    from firstspawn.identities.tokens import TokenSeal
    from firstspawn.identities.upkeep import IdentityUpkeep, RefreshSchedule
    from firstspawn.oauth.service import OAuthService


class Identities(Factors):
    """Identities, and signing in with them."""

    @cached_property
    def identities(self) -> IdentityService:
        """Accounts elsewhere."""
        from firstspawn.identities.repository import IdentityRepository
        from firstspawn.identities.service import IdentityService

        self.database()
        return IdentityService(IdentityRepository(), self._token_seal, self.clock)

    @cached_property
    def _token_seal(self) -> TokenSeal:
        from firstspawn.identities.tokens import TokenSeal

        return TokenSeal(lambda: self.vault, self.clock)

    @cached_property
    def identity_upkeep(self) -> IdentityUpkeep:
        """Fresh profiles, and tokens that are given back."""
        from firstspawn.clients.oauth.catalog import token_providers
        from firstspawn.identities.token_repository import TokenRepository
        from firstspawn.identities.upkeep import IdentityUpkeep

        self.database()
        providers = token_providers(self.settings, self.secrets)
        return IdentityUpkeep(TokenRepository(), self._token_seal, providers, self.clock)

    @cached_property
    def identities_queue(self) -> Queue:
        """Where the upkeep's tasks are sent."""
        from firstspawn.clients.queues import Queue

        return Queue(self.settings.identities_queue_url, self.settings.region)

    @cached_property
    def identity_refresh(self) -> RefreshSchedule:
        """The day's round through the tokens."""
        from firstspawn.identities.upkeep import RefreshSchedule

        is_wanted = bool(self.settings.discord_client_id)
        return RefreshSchedule(self.identities_queue, is_wanted=is_wanted)

    @cached_property
    def link_codes(self) -> LinkCodeService:
        """Codes typed in the game."""
        from firstspawn.identities.codes import LinkCodeService
        from firstspawn.identities.repository import IdentityRepository

        self.database()
        return LinkCodeService(
            IdentityRepository(), self.secrets.macKey, clock=self.clock, random=self.random
        )

    @cached_property
    def oauth(self) -> OAuthService:
        """Signing in, and linking, with an account elsewhere."""
        from firstspawn.clients.oauth.catalog import configured_providers
        from firstspawn.oauth.account_repository import AccountRepository
        from firstspawn.oauth.repository import AttemptRepository
        from firstspawn.oauth.returns import Returns
        from firstspawn.oauth.service import OAuthService
        from firstspawn.oauth.sign_in import SignInService

        self.database()
        sign_in = SignInService(
            AccountRepository(),
            self.identities,
            self._token_seal,
            clock=self.clock,
            new_id=self.new_id,
            random=self.random,
        )
        return OAuthService(
            AttemptRepository(),
            configured_providers(self.settings, self.secrets),
            sign_in,
            self.auth,
            self.identities,
            Returns(self.settings.frontend_url, self.settings.cors_origins),
            self.settings.api_url.rstrip("/"),
            self.secrets.macKey,
            clock=self.clock,
            random=self.random,
        )
