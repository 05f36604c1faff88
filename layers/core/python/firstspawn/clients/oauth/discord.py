"""Discord."""

from collections.abc import Mapping
from dataclasses import replace

from firstspawn.clients.oauth.code_flow import (
    Registration,
    authorization_url,
    fetch_token,
    get_json,
)
from firstspawn.clients.oauth.interface import Flow, Person, ProviderRefused, Tokens
from firstspawn.clients.oauth.renewal import refresh_token_of, renew, revoke

_SITE, _SCOPE = "https://discord.com", "identify email"


class Discord:
    """Signs in with Discord, and asks it later. `site` stands in for it in tests."""

    def __init__(self, client_id: str, secret: str, site: str = "") -> None:
        self._ours, self._site = Registration(client_id, secret, _SCOPE), site or _SITE

    def authorization_url(self, flow: Flow) -> str:
        """Where to send the browser."""
        return authorization_url(self._ours, f"{self._site}/oauth2/authorize", flow)

    def person(self, answer: Mapping[str, str], flow: Flow) -> Person:
        """Who came back: two calls. Names are not unique there; the address may be missing."""
        token = fetch_token(self._ours, self._token_url, answer, flow)
        found = self.profile(str(token.get("access_token", "")))
        return replace(found, refreshToken=refresh_token_of(token))

    def profile(self, access_token: str) -> Person:
        """Whom a token is about: one call."""
        user = get_json(f"{self._site}/api/v10/users/@me", access_token)
        subject, avatar = str(user.get("id", "")), user.get("avatar")
        if not subject.isascii() or not subject.isdigit():
            raise ProviderRefused("no id")
        picture = f"https://cdn.discordapp.com/avatars/{subject}/{avatar}.png" if avatar else None
        email = user.get("email") if user.get("verified") is True else None
        said = {"displayName": user.get("global_name"), "avatarUrl": picture}
        return Person(subject, user.get("username"), email, said)

    def renew(self, refresh_token: str) -> Tokens:
        """Trade a refresh token, which works once: one call."""
        return renew(self._ours, self._token_url, refresh_token)

    def revoke(self, refresh_token: str) -> None:
        """End the person's permission: one call. All tokens given out for it end with it."""
        revoke(self._ours, f"{self._token_url}/revoke", refresh_token)

    @property
    def _token_url(self) -> str:
        return f"{self._site}/api/oauth2/token"
