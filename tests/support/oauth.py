"""A browser that signs in elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from firstspawn import wiring
from firstspawn.kit.clock import epoch
from firstspawn.wiring import Container
from tests.support.client import Answer, Client
from tests.support.oauth_providers import CLIENT, SECRET, FakeProviders, running_providers

GORDON = "76561197960287930"


def with_providers(stack: Container, fake: FakeProviders) -> Container:
    """The same services, with every provider configured and played by the stand-ins."""
    ours = {f"{name}_client_id": CLIENT for name in ("discord", "google", "epic")}
    urls = {f"{name}_url": fake.url for name in ("discord", "google", "epic", "steam")}
    settings = stack.settings.model_copy(update={**ours, **urls, "steam_enabled": True})
    keys = {f"{name}ClientSecret": SECRET for name in ("discord", "google", "epic")}
    secrets = stack.secrets.model_copy(update={**keys, "steamApiKey": "steam-key"})
    built = Container(settings, secrets, stack.clock, stack.random)
    built._connected = True
    return built


@contextmanager
def fake_providers(stack: Container) -> Iterator[FakeProviders]:
    """Play the providers, and make the application use them."""
    with running_providers(lambda: epoch(stack.clock())) as fake:
        fake.rotate("k1")
        wiring.use(with_providers(stack, fake))
        yield fake


@dataclass
class Browser:
    """Keeps the one cookie that matters."""

    client: Client
    fake: FakeProviders
    cookie: str = ""

    def start(self, provider: str, **query: str) -> str:
        """Follow our address; return the provider's."""
        answer = self.client.get(f"/auth/{provider}", query=list(query.items()))
        assert answer.status == 302, answer.body
        self.cookie = answer.cookie
        return answer.headers["location"]

    def come_back(
        self, provider: str, answer: Mapping[str, str] | Sequence[tuple[str, str]]
    ) -> Answer:
        """Follow the provider's address back to us."""
        query = list(answer.items()) if isinstance(answer, Mapping) else answer
        headers = {"Cookie": self.cookie} if self.cookie else {}
        back = self.client.get(f"/auth/{provider}/callback", query=query, headers=headers)
        assert back.status == 302, back.body
        return back

    def sign_in(self, provider: str, **person: object) -> Answer:
        """All of it."""
        location = self.start(provider)
        if provider == "steam":
            return self.come_back(provider, self.fake.visit_steam(location, GORDON))
        return self.come_back(provider, self.fake.visit(location, **person))


def outcome(answer: Answer) -> dict[str, str]:
    """What the frontend learns from the address."""
    return {n: v[0] for n, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def access_token(client: Client, answer: Answer) -> str:
    """What the frontend does next: trade the cookie for an access token."""
    cookies = [cookie.partition(";")[0] for cookie in answer.cookies]
    (refresh,) = [cookie for cookie in cookies if "refresh" in cookie]
    grant = client.post("/auth/refresh", {}, headers={"Cookie": refresh})
    assert grant.status == 200, grant.body
    return str(grant.json["accessToken"])
