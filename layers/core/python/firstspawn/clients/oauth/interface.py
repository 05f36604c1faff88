"""What a provider is to us: a place to send a browser, and who came back from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class ProviderRefused(Exception):
    """The provider's answer does not prove who somebody is; the text never holds a secret."""


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

    `assertion` names the answer that proved it, if the protocol wants it used once alone.
    """

    subject: str
    name: str | None = None
    verifiedEmail: str | None = None
    avatarUrl: str | None = None
    assertion: str | None = None


class Provider(Protocol):
    """Somewhere people have accounts."""

    def authorization_url(self, flow: Flow) -> str:
        """Where to send the browser. Raises ProviderUnavailable."""

    def person(self, answer: Mapping[str, str], flow: Flow) -> Person:
        """Who came back, asked from the provider. Raises ProviderRefused, ProviderUnavailable."""
