"""Functions that stay warm learn new keys, and forged key ids make them ask nobody too often."""

import logging
from dataclasses import dataclass, field

import jwt
import pytest

from firstspawn.auth.errors import InvalidAccessToken
from firstspawn.auth.signing_keys import SigningKeys
from firstspawn.auth.tokens import AccessTokens
from firstspawn.clients.secrets import SecretsUnavailable
from firstspawn.config import Secrets, Settings
from firstspawn.users.schemas import Caller
from tests.support.clock import FrozenClock

CALLER = Caller("01USER", "01SESSION", 3)


@dataclass
class Parameter:
    """The stack's keys where they are kept; None cannot be read."""

    secrets: Secrets | None
    reads: list[str] = field(default_factory=list)

    def read(self) -> Secrets:
        self.reads.append("read")
        if self.secrets is None:
            raise SecretsUnavailable("EndpointConnectionError")
        return self.secrets


@pytest.fixture
def parameter(secrets: Secrets) -> Parameter:
    return Parameter(secrets)


@pytest.fixture
def warm(
    settings: Settings, secrets: Secrets, parameter: Parameter, clock: FrozenClock
) -> AccessTokens:
    """A function that has read its keys before they are rotated."""
    tokens = AccessTokens(settings, SigningKeys(secrets, parameter.read, clock), clock)
    clock.advance(minutes=2)
    return tokens


def rotated(secrets: Secrets) -> Secrets:
    keys = {**secrets.jwtKeys, "2": b"n" * 32}
    return secrets.model_copy(update={"jwtKeys": keys, "jwtCurrentKid": "2"})


def of_a_fresh_function(parameter: Parameter, settings: Settings, clock: FrozenClock) -> str:
    assert parameter.secrets is not None
    keys = SigningKeys(parameter.secrets, parameter.read, clock)
    return AccessTokens(settings, keys, clock).issue(CALLER)


def kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def forged(number: int) -> str:
    return jwt.encode({}, b"x" * 32, headers={"kid": f"forged{number}", "typ": "at+jwt"})


def test_a_token_of_a_new_key_is_read_at_once(
    warm: AccessTokens, parameter: Parameter, settings: Settings, clock: FrozenClock
) -> None:
    # Given
    assert parameter.secrets is not None
    parameter.secrets = rotated(parameter.secrets)
    token = of_a_fresh_function(parameter, settings, clock)
    # When / Then
    assert warm.read(token) == CALLER
    assert warm.read(token) == CALLER
    assert parameter.reads == ["read"]
    # And it signs with it from then on
    assert kid(warm.issue(CALLER)) == "2"


def test_forged_key_ids_cost_a_call_a_minute_at_most(
    warm: AccessTokens, parameter: Parameter, clock: FrozenClock
) -> None:
    # When
    for number in range(180):
        with pytest.raises(InvalidAccessToken):
            warm.read(forged(number))
        clock.advance(seconds=1)
    # Then
    assert len(parameter.reads) == 3


def test_who_signs_has_read_the_keys_within_five_minutes(
    warm: AccessTokens, parameter: Parameter, clock: FrozenClock
) -> None:
    # Given
    assert parameter.secrets is not None
    parameter.secrets = rotated(parameter.secrets)
    # When / Then
    clock.advance(minutes=3, seconds=-1)
    assert kid(warm.issue(CALLER)) == "1"
    clock.advance(seconds=1)
    assert kid(warm.issue(CALLER)) == "2"


def test_keys_that_cannot_be_read_are_kept_with_a_metric(
    warm: AccessTokens, parameter: Parameter, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    # Given
    parameter.secrets = None
    clock.advance(minutes=10)
    # When
    with caplog.at_level(logging.WARNING):
        token = warm.issue(CALLER)
    # Then
    assert warm.read(token) == CALLER
    assert [vars(line)["KeysNotReloaded"] for line in caplog.records] == [1]
    assert len(parameter.reads) == 1


@pytest.mark.parametrize("kid", [None, 7, ["1"], {"1": 1}])
def test_a_key_id_that_is_no_text_is_refused_without_a_call(
    parameter: Parameter, secrets: Secrets, clock: FrozenClock, kid: object
) -> None:
    keys = SigningKeys(secrets, parameter.read, clock)
    clock.advance(hours=1)
    with pytest.raises(InvalidAccessToken):
        keys.named(kid)
    assert parameter.reads == []
