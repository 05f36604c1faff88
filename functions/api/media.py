"""Uploads of pictures."""

from firstspawn.apitokens.scopes import Scope
from firstspawn.media.schemas import RequestUpload, UploadGrant
from firstspawn.servers.errors import NotTheOwner, ServerNotFound
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.routes import Routes
from functions.http.staff import noting_others

routes = Routes("media")


@routes.post(
    "/servers/{server}/banner",
    access=Access.OWNER,
    verified=True,
    status=201,
    scope=Scope.SERVERS_WRITE,
    errors=(ServerNotFound, NotTheOwner),
)
def create_banner_upload(request: Request, server: str, body: RequestUpload) -> UploadGrant:
    """Get a form to upload your server's banner with: PNG, JPEG or WebP of at most 4 MB."""
    note = noting_others(request, "server.banner")
    return container().media.grant_banner(request.user, server, body.contentType, note)
