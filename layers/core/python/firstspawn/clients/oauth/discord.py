"""Discord."""

from collections.abc import Mapping

from firstspawn.clients.oauth.code_flow import (
    Registration,
    authorization_url,
    fetch_token,
    get_json,
)
from firstspawn.clients.oauth.interface import Flow, Person, ProviderRefused

_SITE, _SCOPE = "https://discord.com", "identify email"


class Discord:
    """Signs in with Discord. `site` stands in for it in tests."""

    def __init__(self, client_id: str, secret: str, site: str = "") -> None:
        self._ours, self._site = Registration(client_id, secret, _SCOPE), site or _SITE

    def authorization_url(self, flow: Flow) -> str:
        """Where to send the browser."""
        return authorization_url(self._ours, f"{self._site}/oauth2/authorize", flow)

    def person(self, answer: Mapping[str, str], flow: Flow) -> Person:
        """Who came back: two calls. Names are not unique there; the address may be missing."""
        token = fetch_token(self._ours, f"{self._site}/api/oauth2/token", answer, flow)
        user = get_json(f"{self._site}/api/v10/users/@me", str(token.get("access_token", "")))
        subject, avatar = str(user.get("id", "")), user.get("avatar")
        if not subject.isascii() or not subject.isdigit():
            raise ProviderRefused("no id")
        picture = f"https://cdn.discordapp.com/avatars/{subject}/{avatar}.png" if avatar else None
        email = user.get("email") if user.get("verified") is True else None
        return Person(subject, user.get("global_name") or user.get("username"), email, picture)
