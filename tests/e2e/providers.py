"""Where people have accounts elsewhere, and the browsers they come with.

Discord, Epic and Steam are the tests' own servers, which check verifier, redirect URI, client and
signature; Google is `oidc-provider-mock`, which signs and checks nonces, and knows no PKCE.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx

from infra.local.handle import StackHandle
from tests.e2e.players import eventually
from tests.support.oauth_providers import FakeProviders, running_providers

_STOP_SECONDS = 10


@dataclass(frozen=True)
class StandIns:
    """The providers that run: `fake` is three of them, `google` an address."""

    fake: FakeProviders
    google: str

    @property
    def variables(self) -> dict[str, str]:
        """What tells the functions of them."""
        ours = {f"FIRSTSPAWN_{name}_URL": self.fake.url for name in ("DISCORD", "EPIC", "STEAM")}
        return {**ours, "FIRSTSPAWN_GOOGLE_URL": self.google}

    def at_google(self, subject: str, **claims: Any) -> None:
        """Let somebody have an account at Google."""
        httpx.put(f"{self.google}/users/{subject}", json=claims).raise_for_status()

    def allowed_by_google(self, location: str, subject: str) -> dict[str, str]:
        """Say yes there; the query that the browser comes back with."""
        answer = httpx.post(location, data={"sub": subject}, timeout=30)
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


@dataclass
class Browser:
    """Keeps cookies, follows no redirect by itself."""

    stack: StackHandle
    elsewhere: StandIns
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def send(self, method: str, path: str, token: str = "", **options: Any) -> httpx.Response:
        """Send a request with the cookies of before, and keep those of its answer."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.stack.api_url}/api/v1{path}"
        with httpx.Client(cookies=self.cookies, timeout=30) as client:
            answer = client.request(method, url, headers=headers, **options)
            self.cookies = client.cookies
        return answer

    def start(self, provider: str) -> str:
        """Follow our address; return the provider's."""
        answer = self.send("GET", f"/auth/{provider}")
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def start_link(self, provider: str, token: str) -> str:
        """Likewise, for the account at hand."""
        answer = self.send("POST", f"/identities/link/{provider}", token, json={})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["url"])

    def come_back(self, provider: str, answer: Mapping[str, str], more: str = "") -> dict[str, str]:
        """Follow the provider's address back; what the frontend learns, from a query."""
        query = urlencode(answer) + more
        back = self.send("GET", f"/auth/{provider}/callback?{query}")
        assert back.status_code == 302, back.text
        page = urlsplit(back.headers["location"])
        assert page.netloc == "localhost:3000"
        return {name: values[0] for name, values in parse_qs(page.query).items()}

    def visit(self, provider: str, location: str, person: str, **facts: Any) -> dict[str, str]:
        """Say yes at a provider as somebody with an account there."""
        if provider == "google":
            self.elsewhere.at_google(person, **facts)
            return self.elsewhere.allowed_by_google(location, person)
        if provider == "steam":
            return self.elsewhere.fake.visit_steam(location, person)
        return self.elsewhere.fake.visit(location, id=person, **facts)

    def sign_in(self, provider: str, person: str, **facts: Any) -> dict[str, str]:
        """All of it."""
        location = self.start(provider)
        return self.come_back(provider, self.visit(provider, location, person, **facts))

    def access_token(self) -> str:
        """What the frontend does then: trade the cookie for an access token."""
        answer = self.send("POST", "/auth/refresh", json={})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["accessToken"])

    def me(self) -> dict[str, Any]:
        """Whose session the browser has."""
        profile: dict[str, Any] = self.send("GET", "/users/me", self.access_token()).json()
        return profile


@contextmanager
def stand_ins() -> Iterator[StandIns]:
    """Run all of them."""
    with running_providers(lambda: int(time.time())) as fake, _google() as google:
        yield StandIns(fake, google)


@contextmanager
def _google() -> Iterator[str]:
    """A process of its own: it sets variables of the environment, and warns of what it imports."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _answers(url) or None, "the answer of oidc-provider-mock")
        yield url
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/.well-known/openid-configuration", timeout=5).is_success
    except httpx.TransportError:
        return False
