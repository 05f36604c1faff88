"""What goes in and out of signing in elsewhere."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from firstspawn.kit.dto import Dto, Input, Query

ATTEMPT_SECONDS = 600

ReturnTo = Annotated[
    str | None,
    Field(
        max_length=512,
        description="A page of the frontend to come back to; the configured one if left out",
    ),
]


class StartQuery(Query):
    """Where the browser goes in the end, with `?signedIn=`, `?linked=` or `?error=` added."""

    returnTo: ReturnTo = None


class StartLink(Input):
    """Likewise, for linking."""

    returnTo: ReturnTo = None


class ProviderView(Dto):
    """Somewhere one can sign in with: send the browser to `url`."""

    name: str
    url: str


class ProviderList(Dto):
    """All providers of this stack."""

    items: list[ProviderView]


@dataclass(frozen=True, slots=True)
class Started:
    """Where to send the browser, and the value of the cookie that binds the attempt to it."""

    url: str
    browser: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Where the browser goes; the refresh token of the session opened, or what is missing to it.

    Neither ever stands in an address: they travel in cookies that no script reads.
    """

    url: str
    refreshToken: str | None = None
    challenge: str | None = None
