"""What Chalice writes for the platform's functions, merged with template.yaml."""

import json
from typing import Any

from chalice.package import TemplateDeepMerger, YAMLTemplateSerializer

from infra.deploy.package import ROOT, complete

FUNCTIONS = (
    "APIHandler", "BlocklistDaily", "Websocket", "UptimeSchedule", "UptimeWorker", "MailWorker",
    "SearchIndexer",
    "SearchNightly", "SearchRebuilder", "EventPublisher", "DeletionSchedule", "DeletionWorker",
    "ExportWorker", "IdentitySchedule", "IdentityWorker", "PluginDoor", "PluginWatch",
    "Reactor", "UploadProcessor",
)  # fmt: skip
_ROUTES: dict[str, Any] = {
    "/health": {"get": {}},
    "/api/v1/servers/{server_id}": {"get": {}, "patch": {}},
}


def chalice_template() -> dict[str, Any]:
    """The serverless template before the merge."""
    document = {
        "info": {"title": "firstspawn", "version": "1.0"},
        "paths": _ROUTES,
        "x-amazon-apigateway-binary-media-types": ["image/png"],
    }
    api = {"StageName": "api", "EndpointConfiguration": "EDGE", "DefinitionBody": document}
    return {
        "Transform": "AWS::Serverless-2016-10-31",
        "Outputs": {"EndpointURL": {"Value": "x"}, "RestAPIId": {"Value": "x"}},
        "Resources": {
            "RestAPI": {"Type": "AWS::Serverless::Api", "Properties": api},
            **{name: _function(name) for name in FUNCTIONS},
        },
    }


def merged_template() -> dict[str, Any]:
    """The serverless template with template.yaml over it."""
    ours = YAMLTemplateSerializer().load_template((ROOT / "template.yaml").read_text())
    merged = TemplateDeepMerger().merge(ours, chalice_template())
    plain: dict[str, Any] = json.loads(json.dumps(merged))
    return plain


def deployable(stage: str = "dev") -> dict[str, Any]:
    """The template that is deployed."""
    return complete(merged_template(), "arm64", stage)


def _function(name: str) -> dict[str, Any]:
    properties = {
        "Runtime": "python3.11",
        "Handler": f"functions.{name}.handler",
        "CodeUri": "./deployment.zip",
        "Tags": {"aws-chalice": "version=1"},
        "Tracing": "PassThrough",
        "Role": "arn:aws:iam::000000000000:role/nobody",
    }
    return {"Type": "AWS::Serverless::Function", "Properties": properties}
