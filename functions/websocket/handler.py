"""API Gateway websocket -> connections. One function for the three routes.

AWS cannot post to a connection before its `$connect` has been answered, so the first word is the
client's: `{"action": "hello"}` is answered with the seed's `authenticated {userId}`.
"""

from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint

from firstspawn.errors import ProblemError
from firstspawn.wiring import container
from functions.logs import logger
from functions.worker import Record

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="websocket")
def handler(event: Record, context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Serve one websocket event. The log tells the route and the status, never the query."""
    route = event["requestContext"]["routeKey"]
    try:
        _ROUTES[route](event)
        status = 200
    except ProblemError as error:
        status = error.status
    except Exception:  # the edge: the client gets a status, we get a log
        logger().exception("unhandled", extra={"route": route})
        status = 500
    logger().info("websocket", extra={"route": route, "status": status})
    return {"statusCode": status}


def _connect(event: Record) -> None:
    query = event.get("queryStringParameters") or {}
    container().connections.open(_connection_id(event), query.get("ticket"))


def _receive(event: Record) -> None:
    request = event["requestContext"]
    endpoint = container().settings.websocket_endpoint
    endpoint = endpoint or f"https://{request['domainName']}/{request['stage']}"
    container().connections.receive(_connection_id(event), event.get("body") or "", endpoint)


def _disconnect(event: Record) -> None:
    container().connections.close(_connection_id(event))


def _connection_id(event: Record) -> str:
    return str(event["requestContext"]["connectionId"])


_ROUTES: dict[str, Callable[[Record], None]] = {
    "$connect": _connect,
    "$default": _receive,
    "$disconnect": _disconnect,
}
