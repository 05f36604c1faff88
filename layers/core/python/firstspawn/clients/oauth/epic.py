"""Epic Games. It tells no address: nobody is ever found by one."""

from collections.abc import Mapping

from firstspawn.clients.oauth.code_flow import (
    Registration,
    authorization_url,
    fetch_token,
    get_json,
)
from firstspawn.clients.oauth.interface import Flow, Person, ProviderRefused

_SITE, _API, _SCOPE = "https://www.epicgames.com", "https://api.epicgames.dev", "basic_profile"


class Epic:
    """Signs in with Epic Games. `site` stands in for it in tests."""

    def __init__(self, client_id: str, secret: str, site: str = "") -> None:
        self._ours = Registration(client_id, secret, _SCOPE)
        self._site, self._api = site or _SITE, site or _API

    def authorization_url(self, flow: Flow) -> str:
        """Where to send the browser."""
        return authorization_url(self._ours, f"{self._site}/id/authorize", flow)

    def person(self, answer: Mapping[str, str], flow: Flow) -> Person:
        """Who came back: two calls, which must agree."""
        token = fetch_token(self._ours, f"{self._api}/epic/oauth/v2/token", answer, flow)
        url = f"{self._api}/epic/oauth/v2/userInfo"
        user = get_json(url, str(token.get("access_token", "")))
        subject = user.get("sub")
        if not isinstance(subject, str) or not subject:
            raise ProviderRefused("no sub")
        if token.get("account_id", subject) != subject:
            raise ProviderRefused("another account's token")
        return Person(subject, user.get("preferred_username"))
