"""What differs on emulators, put into their copy of the template and into theirs alone."""

import copy
from dataclasses import replace
from email.utils import parseaddr
from typing import Any

import httpx

from infra.deploy.package import Package
from infra.deploy.target import Target

_ACCOUNT = "000000000000"
# Fixed ids give the APIs addresses that are known before they exist.
REST_API_ID = "f15a0001"
WEBSOCKET_API_ID = "f15a0002"
_ID_TAGS = ("ms-custom-id", "_custom_id_")  # MiniStack's, LocalStack's
_PROXY = "MINISTACK_LAMBDA_PROXY_URL"
COMPOSED_SEARCH = "http://opensearch:9200"  # localstack-compose.yml, as functions see it
PUBLISHED_SEARCH = "http://localhost:9200"  # and as this machine does


def rest_url(target: Target) -> str:
    """Where an emulator answers for the REST API."""
    return f"{target.endpoint}/_aws/execute-api/{REST_API_ID}/{target.stage}"


def websocket_url(target: Target) -> str:
    """Where an emulator answers for the websocket API (its management API too)."""
    return f"{target.endpoint}/_aws/execute-api/{WEBSOCKET_API_ID}/{target.stage}"


def plugin_url(target: Target, outputs: dict[str, str]) -> str:
    """Where the plugins' door answers, without a slash at the end.

    MiniStack hands out the address it would have on AWS, and answers on a path of its own.
    """
    url = outputs["PluginUrl"].rstrip("/")
    if target.endpoint and url.endswith(".on.aws"):
        host = url.removeprefix("https://")
        return f"{target.endpoint}/_aws/lambda-url/{host.partition('.')[0]}"
    return url


def default_parameters(target: Target) -> dict[str, str]:
    """The template's parameters that hold addresses AWS would know by itself."""
    bucket = f"{target.name}-media-{_ACCOUNT}"
    return {
        "ApiUrl": rest_url(target),
        "WebsocketUrl": websocket_url(target).replace("http", "ws", 1),
        "WebsocketEndpoint": websocket_url(target),
        "MediaUrl": f"{target.endpoint}/{bucket}/public",
        "SearchUrl": COMPOSED_SEARCH,
    }


def has_websockets(target: Target) -> bool:
    """MiniStack has API Gateway v2; LocalStack's free code would only pretend to create it.

    Raises ConnectionError if the emulator does not answer.
    """
    if target.stack == "embedded":
        return True
    try:
        return httpx.get(f"{target.endpoint}/_ministack/health", timeout=30).is_success
    except httpx.TransportError as error:
        raise ConnectionError(f"Nothing answers at {target.endpoint}: {error}") from error


def allow_sender(target: Target, template: dict[str, Any]) -> None:
    """Emulated SES knows no domain yet: let the platform's send."""
    sender = target.parameters.get("MailFrom") or template["Parameters"]["MailFrom"]["Default"]
    domain = parseaddr(sender)[1].rpartition("@")[2]
    target.client("ses").verify_domain_identity(Domain=domain)


def adapt(package: Package, target: Target, *, websockets: bool = True) -> Package:
    """The package with fixed API ids; on the embedded stack, functions run in the function host."""
    template = copy.deepcopy(package.template)
    resources = template["Resources"]
    tags = [{"Key": key, "Value": REST_API_ID} for key in _ID_TAGS]
    resources["RestAPI"]["Properties"]["Tags"] = tags
    resources["WebsocketApi"]["Properties"]["Tags"] = dict.fromkeys(_ID_TAGS, WEBSOCKET_API_ID)
    if not websockets:
        _drop_websockets(template)
    if target.function_host:
        _send_to_host(resources, target.function_host)
    return replace(package, template=template)


def _drop_websockets(template: dict[str, Any]) -> None:
    resources = template["Resources"]
    for name, resource in list(resources.items()):
        if resource["Type"].startswith("AWS::ApiGatewayV2::"):
            del resources[name]
    del resources["WebsocketFromApi"]
    del template["Outputs"]["WebsocketApiId"], template["Outputs"]["WebsocketUrl"]
    for resource in resources.values():
        variables = resource["Properties"].get("Environment", {}).get("Variables", {})
        for key in {"FIRSTSPAWN_WEBSOCKET_ENDPOINT", "FIRSTSPAWN_WEBSOCKET_URL"} & variables.keys():
            variables[key] = ""
    statements = resources["WebsocketRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    statements["Statement"] = [
        statement
        for statement in statements["Statement"]
        if statement["Action"] != "execute-api:ManageConnections"
    ]


def _send_to_host(resources: dict[str, Any], url: str) -> None:
    for resource in resources.values():
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Environment"]["Variables"][_PROXY] = url
