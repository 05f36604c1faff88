"""Services of accounts: profiles, registration, logins."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.base import Base

if TYPE_CHECKING:
    from firstspawn.apitokens.service import ApiTokenService
    from firstspawn.auth.breaches import BreachCheck
    from firstspawn.auth.challenges import Challenges
    from firstspawn.auth.credentials import CredentialService
    from firstspawn.auth.email_change import EmailChangeService
    from firstspawn.auth.registration import RegistrationService
    from firstspawn.auth.service import AuthService
    from firstspawn.auth.tokens import AccessTokens
    from firstspawn.users.service import UserService


class Accounts(Base):
    """Users and their sessions."""

    @cached_property
    def access_tokens(self) -> AccessTokens:
        """Issues and reads access tokens."""
        from firstspawn.auth.signing_keys import SigningKeys
        from firstspawn.auth.tokens import AccessTokens

        keys = SigningKeys(self.secrets, self.reload_secrets, self.clock)
        return AccessTokens(self.settings, keys, self.clock)

    @cached_property
    def users(self) -> UserService:
        """Profiles."""
        from firstspawn.users.repository import UserRepository
        from firstspawn.users.service import UserService

        self.database()
        return UserService(UserRepository(), self.clock)

    @cached_property
    def api_tokens(self) -> ApiTokenService:
        """Tokens of programs."""
        from firstspawn.apitokens.repository import ApiTokenRepository
        from firstspawn.apitokens.service import ApiTokenService

        self.database()
        return ApiTokenService(
            ApiTokenRepository(), clock=self.clock, new_id=self.new_id, random=self.random
        )

    @cached_property
    def breaches(self) -> BreachCheck:
        """Passwords that leaked."""
        from firstspawn.auth.breaches import BreachCheck
        from firstspawn.clients.breaches import BreachedPasswords

        url = self.settings.breaches_url
        return BreachCheck(BreachedPasswords(url) if url else None, self.clock)

    @cached_property
    def registration(self) -> RegistrationService:
        """From a form to a verified account."""
        from firstspawn.auth.registration import RegistrationService
        from firstspawn.auth.registration_repository import RegistrationRepository
        from firstspawn.auth.repository import AuthRepository
        from firstspawn.auth.tokens import EmailTokens

        self.database()
        return RegistrationService(
            RegistrationRepository(),
            AuthRepository(),
            EmailTokens(self.secrets.macKey, self.random),
            self.breaches,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def credentials(self) -> CredentialService:
        """Passwords: forgotten, set, changed."""
        from firstspawn.auth.credential_repository import CredentialRepository
        from firstspawn.auth.credentials import CredentialService
        from firstspawn.auth.repository import AuthRepository
        from firstspawn.auth.tokens import EmailTokens

        self.database()
        return CredentialService(
            CredentialRepository(),
            AuthRepository(),
            EmailTokens(self.secrets.macKey, self.random),
            self.access_tokens,
            self.breaches,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def email_changes(self) -> EmailChangeService:
        """Changes of address."""
        from firstspawn.auth.email_change import EmailChangeService
        from firstspawn.auth.email_change_repository import EmailChangeRepository
        from firstspawn.auth.repository import AuthRepository
        from firstspawn.auth.tokens import EmailTokens

        self.database()
        return EmailChangeService(
            EmailChangeRepository(),
            AuthRepository(),
            EmailTokens(self.secrets.macKey, self.random),
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def challenges(self) -> Challenges:
        """Challenges of passkeys and second factors."""
        from firstspawn.auth.challenge_repository import ChallengeRepository
        from firstspawn.auth.challenges import Challenges

        self.database()
        return Challenges(
            ChallengeRepository(), self.secrets.macKey, clock=self.clock, random=self.random
        )

    @cached_property
    def auth(self) -> AuthService:
        """Logins and sessions."""
        from firstspawn.auth.repository import AuthRepository
        from firstspawn.auth.service import AuthService
        from firstspawn.auth.tokens import RefreshTokens

        self.database()
        return AuthService(
            AuthRepository(),
            self.access_tokens,
            RefreshTokens(self.secrets.macKey, self.random),
            self.challenges,
            self.settings.session_life,
            clock=self.clock,
            new_id=self.new_id,
        )
