"""Google, by OpenID Connect: who somebody is stands in a token that Google signed for us."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from firstspawn.clients.oauth.code_flow import (
    Registration,
    authorization_url,
    fetch_token,
    get_json,
)
from firstspawn.clients.oauth.interface import Flow, Person, ProviderRefused, ProviderUnavailable

_ISSUER, _SCOPE = "https://accounts.google.com", "openid email profile"
_ALGORITHMS = ["RS256"]
_KEPT = timedelta(hours=1)
_LEEWAY_SECONDS = 60


class Google:
    """Signs in with Google, or in tests with another `issuer`.

    Discovery document and keys are kept for an hour; an unknown key id fetches the keys again.
    """

    def __init__(self, client_id: str, secret: str, issuer: str = "") -> None:
        self._ours, self._issuer = Registration(client_id, secret, _SCOPE), issuer or _ISSUER
        self._kept: dict[str, tuple[datetime, dict[str, Any]]] = {}

    def authorization_url(self, flow: Flow) -> str:
        """Where to send the browser: one call an hour."""
        url = self._endpoint("authorization_endpoint", flow.now)
        return authorization_url(self._ours, url, flow, nonce=flow.nonce)

    def person(self, answer: Mapping[str, str], flow: Flow) -> Person:
        """Who came back: one call, and the keys once an hour."""
        if answer.get("iss", self._issuer) != self._issuer:
            raise ProviderRefused("another issuer's answer")
        token = fetch_token(self._ours, self._endpoint("token_endpoint", flow.now), answer, flow)
        claims = self._claims(str(token.get("id_token", "")), flow)
        said = {"avatarUrl": claims.get("picture")}
        return Person(str(claims["sub"]), claims.get("name"), _email(claims), said)

    def _claims(self, id_token: str, flow: Flow) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError

        bare = self._issuer.partition("://")[2]
        rules = jwt.JWTClaimsRegistry(
            now=int(flow.now.timestamp()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "values": [self._issuer, bare]},
            aud={"essential": True, "value": self._ours.clientId},
            azp={"value": self._ours.clientId},
            nonce={"essential": True, "value": flow.nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            claims = jwt.decode(id_token, self._key_of(id_token, flow.now), _ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError) as error:
            raise ProviderRefused(type(error).__name__) from None
        return claims

    def _key_of(self, id_token: str, now: datetime) -> Any:
        """The key a token names; one that names none is the only one's. Raises ProviderRefused."""
        from joserfc import jws
        from joserfc.jwk import JWKRegistry

        kid = jws.extract_compact(id_token.encode()).headers().get("kid")
        url = self._endpoint("jwks_uri", now)
        for fresh in (False, True):
            keys = self._read(url, now, fresh=fresh).get("keys", [])
            usable = [key for key in keys if key.get("kty") == "RSA"]
            named = [key for key in usable if kid and key.get("kid") == kid]
            found = named if kid else usable
            if len(found) == 1:
                return JWKRegistry.import_key(found[0])
        raise ProviderRefused("unknown key")

    def _endpoint(self, name: str, now: datetime) -> str:
        found = self._read(f"{self._issuer}/.well-known/openid-configuration", now)
        if found.get("issuer") != self._issuer or not isinstance(found.get(name), str):
            raise ProviderUnavailable("not the issuer's configuration")
        return str(found[name])

    def _read(self, url: str, now: datetime, *, fresh: bool = False) -> dict[str, Any]:
        kept = self._kept.get(url)
        if fresh or kept is None or now - kept[0] >= _KEPT:
            kept = self._kept[url] = (now, get_json(url))
        return kept[1]


def _email(claims: Mapping[str, Any]) -> str | None:
    """The address, if Google itself runs its mailbox: others may have changed hands since."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    return email if claims.get("hd") or email.lower().endswith("@gmail.com") else None
