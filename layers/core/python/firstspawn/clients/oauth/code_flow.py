"""The authorization code flow with PKCE, by Authlib; what each provider adds stands beside it.

Authlib leaves PKCE out unless it is given both the method and the verifier, and compares the state
only if it is given the whole answer: both happen here, once for everybody.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from firstspawn.clients.oauth.interface import Flow, ProviderRefused, ProviderUnavailable

TIMEOUT_SECONDS = (2, 6)


@dataclass(frozen=True, slots=True)
class Registration:
    """What a provider knows us by."""

    clientId: str
    secret: str
    scope: str


def authorization_url(ours: Registration, url: str, flow: Flow, **extra: str) -> str:
    """Where the browser goes: state, PKCE challenge, exact redirect URI."""
    with _session(ours, flow) as session:
        made, _ = session.create_authorization_url(
            url, state=flow.state, code_verifier=flow.verifier, **extra
        )
    return str(made)


def fetch_token(
    ours: Registration, url: str, answer: Mapping[str, str], flow: Flow
) -> dict[str, Any]:
    """Trade the code for tokens. Raises ProviderRefused, ProviderUnavailable."""
    if not answer.get("code"):
        raise ProviderRefused("no code")
    whole = f"{flow.redirectUri}?{urlencode(answer)}"
    with _session(ours, flow) as session, failures():
        return dict(
            session.fetch_token(
                url, authorization_response=whole, state=flow.state,
                code_verifier=flow.verifier, allow_redirects=False,
            )
        )  # fmt: skip


def get_json(url: str, access_token: str = "") -> dict[str, Any]:
    """Read an object, with a bearer token if given. Raises ProviderRefused, ProviderUnavailable."""
    import requests

    headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
    with failures():
        answer = requests.get(url, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        if answer.status_code != 200:
            answer.raise_for_status()
            raise ProviderUnavailable(f"HTTP {answer.status_code}")
        found = answer.json()
    if not isinstance(found, dict):
        raise ProviderUnavailable("not an object")
    return found


@contextmanager
def failures() -> Iterator[None]:
    """Tell a refusal from an outage. Texts name kinds alone: messages may hold codes or tokens."""
    import requests
    from authlib.common.errors import AuthlibBaseError

    try:
        yield
    except AuthlibBaseError as error:
        raise ProviderRefused(type(error).__name__) from None
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        kind = ProviderRefused if status in (400, 401, 403) else ProviderUnavailable
        raise kind(f"HTTP {status}") from None
    except (requests.RequestException, ValueError) as error:
        raise ProviderUnavailable(type(error).__name__) from None


@contextmanager
def _session(ours: Registration, flow: Flow) -> Iterator[Any]:
    from authlib.integrations.requests_client import OAuth2Session

    with OAuth2Session(
        ours.clientId,
        ours.secret,
        scope=ours.scope,
        redirect_uri=flow.redirectUri,
        code_challenge_method="S256",
        default_timeout=TIMEOUT_SECONDS,
    ) as session:
        yield session
