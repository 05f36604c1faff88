"""API tokens for tests."""

from firstspawn.apitokens.schemas import IssueApiToken, IssuedApiToken
from firstspawn.apitokens.scopes import Scope
from firstspawn.wiring import Container
from tests.support.factories import Account


def a_token(
    stack: Container, account: Account, *scopes: Scope, days: int = 90, name: str = "a token"
) -> IssuedApiToken:
    """A token of an account; with every scope, unless some are named."""
    form = IssueApiToken(name=name, scopes=list(scopes or Scope), expiresInDays=days)
    return stack.api_tokens.issue(account.caller, form)
