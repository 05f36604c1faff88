"""Steam, by OpenID 2.0. Every check here answers an attack that was published.

The answer is never trusted for where to verify it: that is asked at Steam's own address.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from firstspawn.clients.oauth.code_flow import TIMEOUT_SECONDS, failures, get_json
from firstspawn.clients.oauth.interface import (
    Flow,
    Person,
    ProviderRefused,
    ProviderUnavailable,
)
from firstspawn.kit.clock import parse_rfc3339

_SITE, _API = "https://steamcommunity.com", "https://api.steampowered.com"
_NS = "http://specs.openid.net/auth/2.0"
_ANY = f"{_NS}/identifier_select"
_SIGNED = {"op_endpoint", "claimed_id", "identity", "return_to", "response_nonce"}
_FIELDS = {
    "ns", "mode", "op_endpoint", "claimed_id", "identity", "return_to", "response_nonce",
    "assoc_handle", "signed", "sig",
}  # fmt: skip
_EXPECTED = {"state", *(f"openid.{name}" for name in _FIELDS)}
_NONCE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)[\x21-\x7e]{0,255}")
_NONCE_LIFE = timedelta(minutes=10)


class Steam:
    """Signs in with Steam. Without an API key nobody's name is known; `site` is for tests."""

    def __init__(self, realm: str, api_key: str = "", site: str = "") -> None:
        self._realm, self._key = realm, api_key
        self._site, self._api = site or _SITE, site or _API
        self._endpoint = f"{self._site}/openid/login"
        self._id = re.compile(re.escape(self._site) + r"/openid/id/(7656119\d{10})", re.ASCII)

    def authorization_url(self, flow: Flow) -> str:
        """Where to send the browser; the state travels in the address to return to."""
        fields = {
            "ns": _NS, "mode": "checkid_setup", "claimed_id": _ANY, "identity": _ANY,
            "return_to": _return_to(flow), "realm": self._realm,
        }  # fmt: skip
        query = urlencode({f"openid.{name}": value for name, value in fields.items()})
        return f"{self._endpoint}?{query}"

    def person(self, answer: Mapping[str, str], flow: Flow) -> Person:
        """Who came back: verified with one call, named with another, which may fail."""
        subject = self._checked(answer, flow)
        self._ask(answer)
        player = self._summary(subject)
        said = {"avatarUrl": player.get("avatarfull"), "profileUrl": player.get("profileurl")}
        nonce = answer["openid.response_nonce"]
        return Person(subject, player.get("personaname"), None, said, nonce)

    def _checked(self, answer: Mapping[str, str], flow: Flow) -> str:
        if answer.keys() != _EXPECTED:
            raise ProviderRefused("missing or unknown fields")
        fields = {name: answer[f"openid.{name}"] for name in _FIELDS}
        exact = {
            "ns": _NS,
            "mode": "id_res",
            "op_endpoint": self._endpoint,
            "identity": fields["claimed_id"],
            "return_to": _return_to(flow),
        }
        for name, value in exact.items():
            if fields[name] != value:
                raise ProviderRefused(f"wrong {name}")
        if not set(fields["signed"].split(",")) >= _SIGNED:
            raise ProviderRefused("not everything is signed")
        _check_age(fields["response_nonce"], flow.now)
        found = self._id.fullmatch(fields["claimed_id"])
        if found is None:
            raise ProviderRefused("no Steam id")
        return found[1]

    def _ask(self, answer: Mapping[str, str]) -> None:
        import requests

        form = {name: value for name, value in answer.items() if name.startswith("openid.")}
        form["openid.mode"] = "check_authentication"
        with failures():
            said = requests.post(
                self._endpoint, data=form, timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
            said.raise_for_status()
        lines = dict(line.partition(":")[::2] for line in said.text.splitlines())
        if said.status_code != 200 or lines.get("ns") != _NS or lines.get("is_valid") != "true":
            raise ProviderRefused("Steam did not say so")

    def _summary(self, subject: str) -> dict[str, Any]:
        if not self._key:
            return {}
        query = urlencode({"key": self._key, "steamids": subject})
        found: dict[str, Any] = {}
        with suppress(ProviderRefused, ProviderUnavailable):  # who it is, is proven already
            found = get_json(f"{self._api}/ISteamUser/GetPlayerSummaries/v0002/?{query}")
        players: list[dict[str, Any]] = (found.get("response") or {}).get("players") or [{}]
        return players[0]


def _return_to(flow: Flow) -> str:
    return f"{flow.redirectUri}?{urlencode({'state': flow.state})}"


def _check_age(nonce: str, now: datetime) -> None:
    """Refuse an answer older than we remember used ones for."""
    found = _NONCE.fullmatch(nonce)
    try:
        made = parse_rfc3339(found[1]) if found else None
    except ValueError:
        made = None
    if made is None or abs(now - made) > _NONCE_LIFE:
        raise ProviderRefused("nonce too old")
