"""Plain CloudFormation out of the serverless (SAM) template that Chalice writes.

Chalice uses two types of SAM. Expanding them here needs no transform on any engine, lets cfn-lint
see the template that is deployed, and is where the REST API shrinks to one proxy route
(docs/decisions/0001 and 0003).
"""

import copy
import hashlib
import json
from typing import Any

Template = dict[str, Any]

# Of the whole API; what one client may do is the rate limits' business.
_THROTTLE = {"ThrottlingBurstLimit": 1000, "ThrottlingRateLimit": 2000}
_URI = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
    "${AWS::StackName}-api_handler/invocations"
)
CODE_PARAMETERS = {"CodeBucket": {"Type": "String"}, "CodeKey": {"Type": "String"}}


class UnknownFunctionError(LookupError):
    """template.yaml completes functions that the application does not declare."""

    def __init__(self, logical_ids: list[str]) -> None:
        super().__init__(f"template.yaml completes functions app.py does not have: {logical_ids}")


def to_cloudformation(merged: Template, runtime: str, architecture: str) -> Template:
    """Expand every `AWS::Serverless::*` resource; the code's address becomes two parameters."""
    template = copy.deepcopy(merged)
    template.pop("Transform", None)
    template["Parameters"] = {**template.get("Parameters", {}), **CODE_PARAMETERS}
    resources = template["Resources"]
    if missing := sorted(name for name, resource in resources.items() if "Type" not in resource):
        raise UnknownFunctionError(missing)
    for name, resource in list(resources.items()):
        if resource["Type"] == "AWS::Serverless::Function":
            resources[name] = _function(resource, runtime, architecture)
        elif resource["Type"] == "AWS::Serverless::Api":
            resources.update(_rest_api(name, resource["Properties"]))
    for output in ("RestAPIId", "APIHandlerName", "APIHandlerArn", "EndpointURL"):
        template["Outputs"].pop(output, None)
    return template


def _function(resource: Template, runtime: str, architecture: str) -> Template:
    properties = resource["Properties"]
    tags = properties.pop("Tags", {})
    tracing = properties.pop("Tracing", "PassThrough")
    properties.pop("CodeUri")
    properties |= {
        "Runtime": runtime,
        "Architectures": [architecture],
        "Code": {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": "CodeKey"}},
        "TracingConfig": {"Mode": tracing},
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())],
    }
    return {**resource, "Type": "AWS::Lambda::Function"}


def _rest_api(name: str, properties: Template) -> Template:
    """The API with `/` and `/{proxy+}`, a deployment named after its content, and the stage.

    Written as resources and methods: not every emulator imports `any-method` from a document.
    """
    binary = properties["DefinitionBody"]["x-amazon-apigateway-binary-media-types"]
    api, root = {"Ref": name}, {"Fn::GetAtt": [name, "RootResourceId"]}
    described = {
        name: {
            "Name": {"Ref": "AWS::StackName"},
            "BinaryMediaTypes": binary,
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
        },
        f"{name}Proxy": {"RestApiId": api, "ParentId": root, "PathPart": "{proxy+}"},
        f"{name}RootMethod": _any_method(api, root),
        f"{name}ProxyMethod": _any_method(api, {"Ref": f"{name}Proxy"}),
    }
    digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:10]
    deployment = f"{name}Deployment{digest}"
    described[deployment] = {"RestApiId": api, "Description": digest}
    described[f"{name}Stage"] = {
        "RestApiId": api,
        "DeploymentId": {"Ref": deployment},
        "StageName": {"Ref": "Stage"},
        "MethodSettings": [{"ResourcePath": "/*", "HttpMethod": "*", **_THROTTLE}],
    }
    kinds = ("RestApi", "Resource", "Method", "Method", "Deployment", "Stage")
    resources: Template = {
        logical_id: {"Type": f"AWS::ApiGateway::{kind}", "Properties": body}
        for kind, (logical_id, body) in zip(kinds, described.items(), strict=True)
    }
    resources[deployment]["DependsOn"] = [f"{name}RootMethod", f"{name}ProxyMethod"]
    return resources


def _any_method(api: Template, resource: Template) -> Template:
    integration = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": _URI}}
    return {
        "RestApiId": api,
        "ResourceId": resource,
        "HttpMethod": "ANY",
        "AuthorizationType": "NONE",
        "Integration": integration,
    }
