"""An access token is believed only if this stack made it, for this API, a short while ago."""

import base64
import hmac
import json
from typing import Any

import jwt
import pytest

from firstspawn.auth.errors import AccessTokenExpired, InvalidAccessToken, InvalidRefreshToken
from firstspawn.auth.signing_keys import SigningKeys
from firstspawn.auth.tokens import AccessTokens, EmailTokens, RefreshTokens
from firstspawn.config import Secrets, Settings
from firstspawn.kit.clock import epoch
from firstspawn.kit.cursors import Cursors
from firstspawn.kit.signing import sign
from firstspawn.users.schemas import Caller
from tests.support.clock import FrozenClock, RepeatableBytes

CALLER = Caller("01USER", "01SESSION", 3)


@pytest.fixture
def tokens(settings: Settings, secrets: Secrets, clock: FrozenClock) -> AccessTokens:
    return access_tokens(settings, secrets, clock)


def access_tokens(settings: Settings, secrets: Secrets, clock: FrozenClock) -> AccessTokens:
    return AccessTokens(settings, SigningKeys(secrets, lambda: secrets, clock), clock)


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def forged(
    secrets: Secrets, settings: Settings, clock: FrozenClock, *, alg: str = "HS256",
    key: bytes | None = None, header: dict[str, Any] | None = None, without: str = "",
    **claims: Any,
) -> str:  # fmt: skip
    """A token, made by hand, that is right but for what is asked to be wrong."""
    now = epoch(clock())
    body = {
        "iss": settings.api_url, "aud": "firstspawn-api", "sub": "01USER", "sid": "01SESSION",
        "epoch": 3, "iat": now, "exp": now + 900, **claims,
    }  # fmt: skip
    head = {"typ": "at+jwt", "kid": secrets.jwtCurrentKid, "alg": alg, **(header or {})}
    for fields in (body, head):
        fields.pop(without, None)
    message = ".".join(encoded(json.dumps(part).encode()) for part in (head, body))
    if alg == "none":
        return f"{message}."
    digest = f"sha{alg[2:]}"
    return (
        f"{message}.{encoded(hmac.digest(key or secrets.jwtKeys['1'], message.encode(), digest))}"
    )


def test_a_token_names_the_caller_it_was_issued_to(tokens: AccessTokens) -> None:
    # When
    token = tokens.issue(CALLER)
    # Then
    assert tokens.read(token) == CALLER
    header = jwt.get_unverified_header(token)
    assert (header["typ"], header["alg"], header["kid"]) == ("at+jwt", "HS256", "1")


def test_the_forgeries_differ_from_a_good_token_by_one_thing(
    tokens: AccessTokens, secrets: Secrets, settings: Settings, clock: FrozenClock
) -> None:
    assert tokens.read(forged(secrets, settings, clock)) == CALLER


@pytest.mark.parametrize(
    "wrong",
    [
        {"alg": "HS512"},
        {"alg": "HS384"},
        {"alg": "none"},
        {"key": b"another key of the right length.."},
        {"header": {"kid": "2"}},
        {"header": {"kid": "../../dev/null"}},
        {"header": {"kid": None}},
        {"header": {"crit": ["x"]}},
        {"without": "kid"},
        {"without": "typ"},
        {"header": {"typ": "JWT"}},
        {"header": {"typ": "rt+jwt"}},
        {"iss": "https://evil.example"},
        {"aud": "another-api"},
        {"aud": ["another-api"]},
        {"sub": 5},
        {"epoch": None},
        {"epoch": "x"},
        {"exp": None},
        {"exp": "soon"},
        {"without": "exp"},
        {"without": "iss"},
        {"without": "aud"},
        {"without": "sub"},
        {"without": "sid"},
        {"without": "epoch"},
        {"without": "iat"},
    ],
    ids=str,
)
def test_a_token_that_is_wrong_in_one_thing_is_refused(
    tokens: AccessTokens, secrets: Secrets, settings: Settings, clock: FrozenClock, wrong: Any
) -> None:
    # Given
    token = forged(secrets, settings, clock, **wrong)
    # When / Then
    with pytest.raises(InvalidAccessToken):
        tokens.read(token)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_tampered_token_is_refused(tokens: AccessTokens, part: int) -> None:
    # Given
    parts = tokens.issue(CALLER).split(".")
    parts[part] = parts[part][:-2] + ("A" if parts[part][-2] != "A" else "B") + parts[part][-1]
    # When / Then
    with pytest.raises(InvalidAccessToken):
        tokens.read(".".join(parts))


def test_claims_cannot_be_swapped_under_a_good_signature(tokens: AccessTokens) -> None:
    # Given
    head, body, seal = tokens.issue(CALLER).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["sub"] = "01ADMIN"
    swapped = encoded(json.dumps(claims).encode())
    # When / Then
    with pytest.raises(InvalidAccessToken):
        tokens.read(f"{head}.{swapped}.{seal}")


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "a.b.c", "é.é.é", "\ud800", "e30.e30.", "x" * 10_000,
     base64.urlsafe_b64encode(b"[" * 7000).decode() + ".e30.x",
     base64.urlsafe_b64encode(b'{"kid":[],"alg":"HS256"}').decode().rstrip("=") + ".e30.x"],
)  # fmt: skip
def test_what_is_no_token_is_refused(tokens: AccessTokens, text: str) -> None:
    with pytest.raises(InvalidAccessToken):
        tokens.read(text)


def test_a_token_lives_fifteen_minutes_and_not_a_second_more(
    tokens: AccessTokens, clock: FrozenClock
) -> None:
    # Given
    token = tokens.issue(CALLER)
    # When / Then
    clock.advance(minutes=15, seconds=-1)
    assert tokens.read(token) == CALLER
    clock.advance(seconds=1)
    with pytest.raises(AccessTokenExpired):
        tokens.read(token)


def test_old_keys_verify_after_a_rotation_and_removed_ones_do_not(
    settings: Settings, secrets: Secrets, clock: FrozenClock
) -> None:
    # Given
    old = access_tokens(settings, secrets, clock).issue(CALLER)
    keys = {**secrets.jwtKeys, "2": b"n" * 32}
    rotated = secrets.model_copy(update={"jwtKeys": keys, "jwtCurrentKid": "2"})
    # When
    tokens = access_tokens(settings, rotated, clock)
    # Then
    assert tokens.read(old) == CALLER
    assert jwt.get_unverified_header(tokens.issue(CALLER))["kid"] == "2"
    without = rotated.model_copy(update={"jwtKeys": {"2": b"n" * 32}})
    with pytest.raises(InvalidAccessToken):
        access_tokens(settings, without, clock).read(old)


def test_a_refresh_token_says_where_its_session_is(random_bytes: RepeatableBytes) -> None:
    # Given
    tokens = RefreshTokens(b"k" * 32, random_bytes)
    # When
    one, other = (tokens.write("01USER", "01SESSION", 7) for _ in range(2))
    # Then
    claims = tokens.read(one)
    assert (claims.userId, claims.sessionId, claims.generation) == ("01USER", "01SESSION", 7)
    assert one != other
    assert len(base64.urlsafe_b64decode(claims.nonce + "=")) == 32


def test_what_another_part_sealed_is_no_refresh_token(random_bytes: RepeatableBytes) -> None:
    # Given things sealed with the same key
    key = b"k" * 32
    tokens = RefreshTokens(key, random_bytes)
    good = b"01USER.01SESSION.1.nonce"
    seals = (
        sign(key, "cursor", good), sign(b"o" * 32, "refresh-token", good),
        sign(key, "refresh-token", b"01USER.01SESSION.x.nonce"),
        sign(key, "refresh-token", b"\xff"), Cursors(key).write({}, "01USER.01SESSION.1.nonce"),
    )  # fmt: skip
    for token in seals:
        # When / Then
        with pytest.raises(InvalidRefreshToken):
            tokens.read(token)


def test_a_mailed_token_is_made_again_from_its_seed_and_fits_one_purpose(
    random_bytes: RepeatableBytes,
) -> None:
    # Given
    tokens = EmailTokens(b"k" * 32, random_bytes)
    seed = tokens.new_seed()
    # When / Then
    assert tokens.token("VERIFY_EMAIL", seed) == tokens.token("VERIFY_EMAIL", seed)
    assert tokens.token("VERIFY_EMAIL", seed) != tokens.token("RESET_PASSWORD", seed)
    assert tokens.token("VERIFY_EMAIL", seed) != tokens.token("VERIFY_EMAIL", tokens.new_seed())
    other_stack = EmailTokens(b"o" * 32, random_bytes)
    assert tokens.token("VERIFY_EMAIL", seed) != other_stack.token("VERIFY_EMAIL", seed)
