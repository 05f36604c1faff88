"""What goes in and out of API tokens."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from firstspawn.apitokens.scopes import Scope
from firstspawn.kit.dto import Dto, Input
from firstspawn.kit.text import clean

PREFIX = "fsp_"
MOST_TOKENS = 20
MOST_DAYS, DEFAULT_DAYS = 365, 90


def is_api_token(secret: str) -> bool:
    """Tell an API token from an access token."""
    return secret.startswith(PREFIX)


def _name(text: str) -> str:
    if not (cleaned := clean(text)):
        raise ValueError("must say something")
    return cleaned


class IssueApiToken(Input):
    """A token to be: what it is called, may do, and for how long."""

    name: Annotated[str, Field(max_length=60, examples=["Backup script"]), AfterValidator(_name)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    expiresInDays: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DEFAULT_DAYS


class ApiTokenView(Dto):
    """A token as its owner sees it. `lastUsedAt` is exact to the hour."""

    id: str
    name: str
    scopes: list[str]
    createdAt: datetime
    expiresAt: datetime
    lastUsedAt: datetime | None


class IssuedApiToken(ApiTokenView):
    """A new token: `token` is shown this once and never again."""

    token: str


class ApiTokenList(Dto):
    """All living tokens, the newest first."""

    items: list[ApiTokenView]
    nextCursor: str | None = None


class ScopeView(Dto):
    """What a token can be let do."""

    scope: Scope
    description: str


class ScopeList(Dto):
    """Every scope there is."""

    items: list[ScopeView]
