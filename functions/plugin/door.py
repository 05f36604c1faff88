"""Function URL -> the plugins' calls alone: their main door, the same routes as behind the API."""

from functools import cache
from typing import Any

from chalice.app import Blueprint

from functions.http.api import Api
from functions.plugin import ROUTES
from functions.worker import Record

blueprint = Blueprint(__name__)


@cache
def application() -> Api:
    """The application of this door."""
    api = Api(app_name="plugin-door", configure_logs=False)
    for routes in ROUTES:
        api.register_blueprint(routes.blueprint)
    return api


@blueprint.lambda_function(name="plugin_door")
def handler(event: Record, context: Any) -> dict[str, Any]:
    """Answer a plugin's call."""
    return application()(event, context)
