"""One-time codes: those of RFC 6238, with a step of tolerance, each later than the last used."""

import base64

import pytest

from firstspawn.secondfactor import totp

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
# Appendix B's times and the last six digits of its codes for SHA-1.
RFC_CODES = [
    (59, "287082"),
    (1111111109, "081804"),
    (1234567890, "005924"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("second", "code"), RFC_CODES)
def test_the_codes_are_the_rfcs(second: int, code: str) -> None:
    assert totp.step_of(RFC_SECRET, code, second, last=0) == second // 30


@pytest.mark.parametrize(("shift", "found"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_a_step_off(shift: int, found: bool) -> None:
    second, code = RFC_CODES[2]
    step = totp.step_of(RFC_SECRET, code, second + 30 * shift, last=0)
    assert (step == second // 30) is found


def test_a_step_that_was_used_is_not_found_again() -> None:
    second, code = RFC_CODES[2]
    step = second // 30
    assert totp.step_of(RFC_SECRET, code, second, last=step - 1) == step
    assert totp.step_of(RFC_SECRET, code, second, last=step) is None


def test_the_address_of_a_secret_names_us_and_the_account() -> None:
    address = totp.uri(RFC_SECRET, "max@example.com")
    assert address.startswith("otpauth://totp/FirstSpawn:max%40example.com?secret=")
    assert "issuer=FirstSpawn" in address
