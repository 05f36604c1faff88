"""Finding servers."""

from firstspawn.discovery.errors import BadSearchCursor, SearchUnavailable
from firstspawn.discovery.schemas import SearchPage, SearchParams, Suggestions, SuggestParams
from firstspawn.ratelimit.policies import SEARCH
from firstspawn.wiring import container
from functions.http.access import Access, admit
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("discovery")


@routes.get(
    "/servers",
    access=Access.GUEST,
    errors=(BadSearchCursor, SearchUnavailable),
    cache="public, max-age=10",
    limit=SEARCH,
)
def search_servers(request: Request, query: SearchParams) -> SearchPage:
    """Search servers by text, filters and order, or list them all."""
    if query.explain:
        admit(request, Access.ADMIN, verified=False, scope=None)
    return container().discovery.search(query)


@routes.get(
    "/servers/suggest",
    access=Access.GUEST,
    errors=(SearchUnavailable,),
    cache="public, max-age=60",
    limit=SEARCH,
)
def suggest_servers(request: Request, query: SuggestParams) -> Suggestions:  # noqa: ARG001
    """Complete a server's name while it is being typed."""
    return container().discovery.suggest(query)
