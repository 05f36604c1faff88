"""Finding servers."""

from firstspawn.discovery.errors import BadSearchCursor, SearchUnavailable
from firstspawn.discovery.schemas import SearchPage, SearchParams
from firstspawn.ratelimit.policies import SEARCH
from firstspawn.wiring import container
from functions.http.access import Access
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
def search_servers(request: Request, query: SearchParams) -> SearchPage:  # noqa: ARG001
    """Search servers by text, filters and order, or list them all."""
    return container().discovery.search(query)
