"""One-time codes of authenticator apps (RFC 6238: SHA-1, six digits, thirty seconds)."""

import base64
from hmac import compare_digest

from firstspawn.kit.ids import RandomBytes

STEP_SECONDS = 30
_SECRET_BYTES = 20
_SKEW = 1


def new_secret(random: RandomBytes) -> str:
    """160 bits as base32, as apps take them."""
    return base64.b32encode(random(_SECRET_BYTES)).decode()


def uri(secret: str, account: str) -> str:
    """The `otpauth://` address of a secret: what its QR code says."""
    from pyotp import TOTP

    return TOTP(secret, interval=STEP_SECONDS).provisioning_uri(
        name=account, issuer_name="FirstSpawn"
    )


def step_of(secret: str, code: str, second: int, last: int) -> int | None:
    """The time step whose code it is: this one or a neighbour, later than the `last` used.

    All steps are compared in any case. None if it is the code of no such step.
    """
    from pyotp import TOTP

    totp, now = TOTP(secret, interval=STEP_SECONDS), second // STEP_SECONDS
    steps = range(now - _SKEW, now + _SKEW + 1)
    right = [step for step in steps if compare_digest(totp.generate_otp(step), code)]
    return next((step for step in right if step > last), None)
