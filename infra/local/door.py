"""The front door: one friendly port for the stack's REST API, websockets, mail and media."""

from aiohttp import web

from infra.deploy import emulators
from infra.deploy.target import Target
from infra.local import pages
from infra.local.mailbox import Mailbox
from infra.local.proxy import Forwarder

_LINKS = {"API documentation": "/docs", "Health": "/health", "Mailbox": "/mailbox"}
_BODY_LIMIT = 32 * 2**20
PLUGIN_DOOR = "/plugin-door"  # what the Function URL is on AWS
_API = ("/api", "/docs", "/health")


def application(target: Target, outputs: dict[str, str]) -> web.Application:
    """The front door of the deployed `target`, given what its deployment put out."""
    assert target.endpoint is not None
    forwarder = Forwarder(target.endpoint)
    mailbox = Mailbox(forwarder, target.endpoint)
    media_bucket = outputs["MediaBucketName"]
    plugin = emulators.plugin_url(target, outputs).removeprefix(target.endpoint)
    rest = emulators.rest_url(target).removeprefix(target.endpoint)
    websocket = emulators.websocket_url(target).removeprefix(target.endpoint)

    async def api(request: web.Request) -> web.StreamResponse:
        return await forwarder.http(request, rest + request.raw_path)

    async def plugin_door(request: web.Request) -> web.StreamResponse:
        return await forwarder.http(request, plugin + request.raw_path.removeprefix(PLUGIN_DOOR))

    async def media(request: web.Request) -> web.StreamResponse:
        return await forwarder.http(
            request, f"/{media_bucket}/public{request.raw_path[len('/media') :]}"
        )

    async def bucket(request: web.Request) -> web.StreamResponse:
        return await forwarder.http(request, request.raw_path, keep_host=True)

    async def connect(request: web.Request) -> web.StreamResponse:
        query = request.raw_path.partition("?")[2]
        return await forwarder.websocket(request, f"{websocket}?{query}" if query else websocket)

    async def index(_request: web.Request) -> web.Response:
        return pages.index(_LINKS)

    door = web.Application(client_max_size=_BODY_LIMIT)
    door.router.add_get("/", index)
    door.router.add_get("/mailbox", mailbox.as_page)
    door.router.add_get("/mailbox/messages", mailbox.as_json)
    door.router.add_get("/ws", connect)
    door.router.add_get("/media/{key:.+}", media)
    door.router.add_route("*", f"/{media_bucket}{{key:(/.*)?}}", bucket)
    door.router.add_route("*", f"{PLUGIN_DOOR}{{rest:(/.*)?}}", plugin_door)
    for prefix in _API:
        door.router.add_route("*", f"{prefix}{{rest:(/.*)?}}", api)
    door.on_startup.append(lambda _app: forwarder.open())
    door.on_cleanup.append(lambda _app: forwarder.close())
    return door
