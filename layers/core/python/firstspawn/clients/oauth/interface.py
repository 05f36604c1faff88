"""What a provider is to us: a place to send a browser, and who came back from there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class ProviderRefused(Exception):
    """The provider's answer does not prove who somebody is, or a token is not good any more.

    The text never holds a secret.
    """


class ProviderUnavailable(Exception):
    """The provider did not answer, or not in time."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One attempt to sign in: what ties the provider's answer to our question."""

    state: str
    verifier: str
    nonce: str
    redirectUri: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Who came back. `verifiedEmail` is set only if the provider vouches for the address.

    `name` is what the provider calls them, `profile` what else it says of them: as it came, so it
    may be anything. `assertion` names the answer that proved it, if the protocol wants it used once
    alone. `refreshToken` is set by a `TokenProvider`.
    """

    subject: str
    name: Any = None
    verifiedEmail: str | None = None
    profile: Mapping[str, Any] = field(default_factory=dict)
    assertion: str | None = None
    refreshToken: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a refresh token was traded for; the one it was is used up."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


class Provider(Protocol):
    """Somewhere people have accounts."""

    def authorization_url(self, flow: Flow) -> str:
        """Where to send the browser. Raises ProviderUnavailable."""

    def person(self, answer: Mapping[str, str], flow: Flow) -> Person:
        """Who came back, asked from the provider. Raises ProviderRefused, ProviderUnavailable."""


class TokenProvider(Protocol):
    """A provider that is asked about people while they are away, with a token it can revoke."""

    def renew(self, refresh_token: str) -> Tokens:
        """Trade a refresh token. Raises ProviderRefused if it is revoked, ProviderUnavailable."""

    def profile(self, access_token: str) -> Person:
        """Whom a token is about. Raises ProviderRefused, ProviderUnavailable."""

    def revoke(self, refresh_token: str) -> None:
        """End what a token allows; revoked already is no failure. Raises ProviderUnavailable."""
