"""People with passkeys and second factors, set up through the requests they would make."""

from dataclasses import dataclass
from typing import Any

from pyotp import TOTP

from firstspawn.passkeys.schemas import RegisterPasskey
from firstspawn.wiring import Container
from tests.support.authenticator import Authenticator, Passkey
from tests.support.clock import FrozenClock
from tests.support.factories import Account


@dataclass
class Factor:
    """An authenticator app and the recovery codes on paper; the token to go on with."""

    secret: str
    recovery: list[str]
    access: str
    clock: FrozenClock

    def code(self, steps: int = 0) -> str:
        """The code shown now, or some steps from now."""
        return TOTP(self.secret).at(self.clock(), counter_offset=steps)


def turn_on(stack: Container, account: Account, clock: FrozenClock) -> Factor:
    """Turn an account's second factor on; afterwards its first code is used up and time went on."""
    secret = stack.second_factor.enrol(account.caller).secret
    enabled = stack.second_factor.confirm(account.caller, TOTP(secret).at(clock()))
    clock.advance(seconds=30)
    return Factor(secret, enabled.recoveryCodes, enabled.accessToken, clock)


def add_passkey(
    stack: Container, account: Account, device: Authenticator, name: str = "Phone", **lies: Any
) -> Passkey:
    """Register a passkey made by a device."""
    options = stack.passkeys.registration_options(account.caller)
    answer = device.create(options.model_dump(), **lies)
    stack.passkeys.register(
        account.caller, RegisterPasskey.model_validate({"name": name, "credential": answer})
    )
    return device.passkeys[-1]
