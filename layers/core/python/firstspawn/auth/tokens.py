"""Tokens: short-lived access (JWT), rotating refresh, single-use mailed ones."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from firstspawn.auth.errors import (
    AccessTokenExpired,
    InvalidAccessToken,
    InvalidRefreshToken,
    ReauthenticationRequired,
)
from firstspawn.auth.signing_keys import SigningKeys
from firstspawn.config import Settings
from firstspawn.kit.clock import Clock, epoch
from firstspawn.kit.encoding import to_base64url
from firstspawn.kit.ids import RandomBytes
from firstspawn.kit.signing import mac, sign, verify
from firstspawn.users.schemas import Caller, Tier

_ALGORITHM = "HS256"
_AUDIENCE = "firstspawn-api"
_TYPE = "at+jwt"

# For so long after somebody proved who they are, routes declared `fresh` let them in.
FRESH_SECONDS = 600


class AccessTokens:
    """Issues and reads JWT access tokens (RFC 9068's `typ`; keys rotate by `kid`)."""

    def __init__(self, settings: Settings, keys: SigningKeys, clock: Clock) -> None:
        self._issuer = settings.api_url
        self._life = settings.access_token_life
        self._keys, self._clock = keys, clock

    @property
    def seconds(self) -> int:
        """How long a token lives."""
        return int(self._life.total_seconds())

    def issue(self, caller: Caller) -> str:
        """Sign a token for a caller with the current key."""
        import jwt

        now = epoch(self._clock())
        claims = {
            "iss": self._issuer,
            "aud": _AUDIENCE,
            "sub": caller.userId,
            "sid": caller.sessionId,
            "epoch": caller.epoch,
            "tier": caller.tier.value,
            "auth_time": caller.authenticatedAt,
            "iat": now,
            "exp": now + self.seconds,
        }
        kid, key = self._keys.current()
        return jwt.encode(claims, key, _ALGORITHM, {"typ": _TYPE, "kid": kid})

    def read(self, token: str) -> Caller:
        """Verify a token. Raises AccessTokenExpired or InvalidAccessToken."""
        import jwt

        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != _TYPE:
                raise InvalidAccessToken
            key = self._keys.named(header.get("kid"))
            claims = self._decode(token, key)
            tier = Tier(claims.get("tier", Tier.USER))
            proven = int(claims.get("auth_time", 0))
            return Caller(
                claims["sub"], claims["sid"], int(claims["epoch"]), tier, authenticatedAt=proven
            )
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
            raise InvalidAccessToken from error

    def require_fresh(self, caller: Caller) -> None:
        """No call. Raises ReauthenticationRequired if the caller's proof is too old."""
        if epoch(self._clock()) - caller.authenticatedAt >= FRESH_SECONDS:
            raise ReauthenticationRequired(FRESH_SECONDS)

    def _decode(self, token: str, key: bytes) -> dict[str, Any]:
        import jwt

        required = ["iss", "aud", "sub", "iat", "exp"]
        # Expiry is checked against the injected clock, below.
        options: Any = {"require": required, "verify_exp": False, "verify_iat": False}
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=[_ALGORITHM], audience=_AUDIENCE, issuer=self._issuer,
            options=options,
        )  # fmt: skip
        if epoch(self._clock()) >= int(claims["exp"]):
            raise AccessTokenExpired
        return claims


@dataclass(frozen=True, slots=True)
class RefreshClaims:
    """What a refresh token says: where its session is, and which generation it is."""

    userId: str
    sessionId: str
    generation: int
    nonce: str


class RefreshTokens:
    """Writes and reads refresh tokens: they carry their own address, under a MAC."""

    _PURPOSE = "refresh-token"

    def __init__(self, key: bytes, random: RandomBytes) -> None:
        self._key, self._random = key, random

    def write(self, user_id: str, session_id: str, generation: int) -> str:
        """Make a token with 256 bits of randomness."""
        nonce = to_base64url(self._random(32))
        message = f"{user_id}.{session_id}.{generation}.{nonce}"
        return sign(self._key, self._PURPOSE, message.encode())

    def read(self, token: str) -> RefreshClaims:
        """Check the MAC. Raises InvalidRefreshToken."""
        try:
            message = verify(self._key, self._PURPOSE, token).decode()
            user_id, session_id, generation, nonce = message.split(".")
            return RefreshClaims(user_id, session_id, int(generation), nonce)
        except ValueError as error:
            raise InvalidRefreshToken from error


class Purpose(StrEnum):
    """What a mailed token is for."""

    VERIFY_EMAIL = "VERIFY_EMAIL"
    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105 -- a name
    EXPORT_READY = "EXPORT_READY"
    CONFIRM_NEW_EMAIL = "CONFIRM_NEW_EMAIL"
    CONFIRM_OLD_EMAIL = "CONFIRM_OLD_EMAIL"


class EmailTokens:
    """Makes mailed tokens: an HMAC of a stored seed, so the table alone does not hold them."""

    def __init__(self, key: bytes, random: RandomBytes) -> None:
        self._key, self._random = key, random

    def new_seed(self) -> str:
        """256 fresh bits."""
        return to_base64url(self._random(32))

    def token(self, purpose: str, seed: str) -> str:
        """The token that belongs to a seed: what stands in the link."""
        return to_base64url(mac(self._key, f"email-token/{purpose}", seed.encode()))
