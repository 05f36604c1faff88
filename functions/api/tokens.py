"""API tokens, for programs."""

from firstspawn.apitokens.errors import ApiTokenLimitReached, ApiTokenNotFound
from firstspawn.apitokens.schemas import ApiTokenList, IssueApiToken, IssuedApiToken, ScopeList
from firstspawn.wiring import container
from functions.http.access import PUBLIC, Access
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("auth")


@routes.post(
    "/auth/tokens",
    access=Access.USER,
    verified=True,
    fresh=True,
    status=201,
    errors=(ApiTokenLimitReached,),
)
def issue_api_token(request: Request, body: IssueApiToken) -> IssuedApiToken:
    """Make an API token. It is shown this once.

    Send it as `Authorization: Bearer fsp_...`. It ends when its time is over, when you revoke it,
    and when you end all of your sessions or set a password.
    """
    return container().api_tokens.issue(request.user, body)


@routes.get("/auth/tokens", access=Access.USER)
def list_api_tokens(request: Request) -> ApiTokenList:
    """List your API tokens."""
    return container().api_tokens.list(request.user)


@routes.delete("/auth/tokens/{token}", access=Access.USER, errors=(ApiTokenNotFound,))
def revoke_api_token(request: Request, token: str) -> None:
    """End an API token, by its id."""
    container().api_tokens.revoke(request.user, token)


@routes.get("/auth/scopes", access=Access.GUEST, scope=PUBLIC, cache="public, max-age=300")
def list_scopes(request: Request) -> ScopeList:  # noqa: ARG001
    """List what an API token can be let do."""
    return container().api_tokens.scopes()
