"""Services of second factors and passkeys."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firstspawn.wiring.accounts import Accounts

if TYPE_CHECKING:
    from firstspawn.passkeys.service import PasskeyService
    from firstspawn.secondfactor.checks import FactorChecks
    from firstspawn.secondfactor.login import TwoStepLogin
    from firstspawn.secondfactor.reauthentication import Reauthentication
    from firstspawn.secondfactor.service import SecondFactorService


class Factors(Accounts):
    """What somebody proves who they are with, apart from passwords."""

    @cached_property
    def passkeys(self) -> PasskeyService:
        """Passkeys."""
        from firstspawn.clients.webauthn import RelyingParty
        from firstspawn.passkeys.repository import PasskeyRepository
        from firstspawn.passkeys.service import PasskeyService

        self.database()
        return PasskeyService(
            PasskeyRepository(),
            RelyingParty(self.settings.passkey_domain, self.settings.passkey_origins),
            self.challenges,
            self.auth,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def factor_checks(self) -> FactorChecks:
        """Codes and recovery codes."""
        from firstspawn.secondfactor.checks import FactorChecks
        from firstspawn.secondfactor.repository import FactorRepository

        self.database()
        return FactorChecks(
            FactorRepository(),
            self.vault,
            self.rate_limiter,
            self.secrets.macKey,
            clock=self.clock,
            new_id=self.new_id,
        )

    @cached_property
    def second_factor(self) -> SecondFactorService:
        """Turning the second factor on and off."""
        from firstspawn.secondfactor.repository import FactorRepository
        from firstspawn.secondfactor.service import SecondFactorService

        return SecondFactorService(
            FactorRepository(),
            self.factor_checks,
            self.auth,
            clock=self.clock,
            new_id=self.new_id,
            random=self.random,
        )

    @cached_property
    def two_step_login(self) -> TwoStepLogin:
        """Logins with a password, and with a second factor where there is one."""
        from firstspawn.secondfactor.login import TwoStepLogin

        return TwoStepLogin(
            self.auth, self.factor_checks, self.passkeys, self.challenges, self.secrets.macKey
        )

    @cached_property
    def reauthentication(self) -> Reauthentication:
        """Proving again who one is."""
        from firstspawn.secondfactor.reauthentication import Reauthentication

        return Reauthentication(
            self.auth, self.credentials, self.second_factor, self.factor_checks, self.passkeys
        )
