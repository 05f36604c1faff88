"""Copies of one's own data."""

from firstspawn.exports.errors import ExportNotFound, ExportTooSoon, ExportUnderWay
from firstspawn.exports.schemas import DownloadQuery, ExportView
from firstspawn.ratelimit.policies import AUTH
from firstspawn.wiring import container
from functions.http.access import Access
from functions.http.request import Request
from functions.http.response import Reply
from functions.http.routes import Routes

routes = Routes("users")


@routes.post(
    "/users/me/export",
    access=Access.USER,
    verified=True,
    scope=None,
    fresh=True,
    status=202,
    errors=(ExportUnderWay, ExportTooSoon),
)
def request_export(request: Request) -> ExportView:
    """Ask for a copy of your data. A link to it is mailed within minutes; once a day."""
    return container().exports.request(request.user)


@routes.get("/users/me/export", access=Access.USER, scope=None, errors=(ExportNotFound,))
def get_export(request: Request) -> ExportView:
    """See how far the copy of your data is."""
    return container().exports.state(request.user)


@routes.get(
    "/users/me/export/download",
    access=Access.GUEST,
    scope=None,
    status=302,
    errors=(ExportNotFound,),
    limit=AUTH,
)
def download_export(request: Request, query: DownloadQuery) -> Reply:  # noqa: ARG001
    """Follow the mailed link: sends the browser to the archive, a zip of JSON files."""
    return Reply(headers={"Location": container().exports.link(query.token)})
