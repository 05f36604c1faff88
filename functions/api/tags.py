"""The catalogue of tags."""

from firstspawn.tags.errors import CategoryNotFound
from firstspawn.tags.schemas import TagList
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes

routes = Routes("tags")

_CACHE = "public, max-age=60"


@routes.get("/tags", access=Access.GUEST, cache=_CACHE)
def list_tags(request: Request) -> TagList:  # noqa: ARG001
    """List the tags in use."""
    return container().tags.list()


@routes.get("/tags/{category}", access=Access.GUEST, errors=(CategoryNotFound,), cache=_CACHE)
def list_tags_of_category(request: Request, category: str) -> TagList:  # noqa: ARG001
    """List the tags of one category."""
    return container().tags.list(category)
