"""What differs on emulators, put into their copy of the template and into theirs alone."""

import copy
from dataclasses import replace
from email.utils import parseaddr
from typing import Any

from infra.deploy.package import Package
from infra.deploy.target import Target

# Fixed ids give the APIs addresses that are known before they exist.
REST_API_ID = "f15a0001"
WEBSOCKET_API_ID = "f15a0002"
_ID_TAG = {"embedded": "ms-custom-id", "localstack": "_custom_id_"}
# LocalStack's free code has no API Gateway v2: it would only pretend to create these.
_LOCALSTACK_LACKS = ("AWS::ApiGatewayV2::",)
_PROXY = "MINISTACK_LAMBDA_PROXY_URL"


def rest_url(target: Target) -> str:
    """Where an emulator answers for the REST API."""
    return f"{target.endpoint}/_aws/execute-api/{REST_API_ID}/{target.stage}"


def websocket_url(target: Target) -> str:
    """Where an emulator answers for the websocket API (its management API too)."""
    return f"{target.endpoint}/_aws/execute-api/{WEBSOCKET_API_ID}/{target.stage}"


def default_parameters(target: Target) -> dict[str, str]:
    """The template's parameters that hold addresses AWS would know by itself."""
    return {"ApiUrl": rest_url(target), "WebsocketUrl": websocket_url(target)}


def allow_sender(target: Target, template: dict[str, Any]) -> None:
    """Emulated SES knows no domain yet: let the platform's send."""
    sender = target.parameters.get("MailFrom") or template["Parameters"]["MailFrom"]["Default"]
    domain = parseaddr(sender)[1].rpartition("@")[2]
    target.client("ses").verify_domain_identity(Domain=domain)


def adapt(package: Package, target: Target) -> Package:
    """The package with fixed API ids; on the embedded stack, functions run in the function host."""
    template = copy.deepcopy(package.template)
    resources = template["Resources"]
    tag = _ID_TAG[target.stack]
    resources["RestAPI"]["Properties"]["Tags"] = [{"Key": tag, "Value": REST_API_ID}]
    resources["WebsocketApi"]["Properties"]["Tags"] = {tag: WEBSOCKET_API_ID}
    if target.stack == "localstack":
        _drop_websockets(template)
    if target.function_host:
        _send_to_host(resources, target.function_host)
    return replace(package, template=template)


def _drop_websockets(template: dict[str, Any]) -> None:
    resources = template["Resources"]
    for name, resource in list(resources.items()):
        if resource["Type"].startswith(_LOCALSTACK_LACKS):
            del resources[name]
    del resources["WebsocketFromApi"]
    del template["Outputs"]["WebsocketApiId"], template["Outputs"]["WebsocketUrl"]
    for resource in resources.values():
        variables = resource["Properties"].get("Environment", {}).get("Variables", {})
        if "FIRSTSPAWN_WEBSOCKET_ENDPOINT" in variables:
            variables["FIRSTSPAWN_WEBSOCKET_ENDPOINT"] = {"Ref": "WebsocketUrl"}
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
