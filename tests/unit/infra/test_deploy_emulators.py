"""What emulators' copies of the template differ in."""

from pathlib import Path

import pytest

from infra.deploy import emulators
from infra.deploy.package import Package
from infra.deploy.target import StackName, Target
from tests.unit.infra.templates import FUNCTIONS, deployable

_HOST = "http://127.0.0.1:8001/invocations"


def _package() -> Package:
    return Package(deployable(), Path("code.zip"), "code/1.zip")


@pytest.mark.parametrize("stack", ["embedded", "localstack"])
def test_the_api_gets_an_address_known_before_it_exists(stack: StackName) -> None:
    target = Target(stack, endpoint="http://127.0.0.1:4566")

    api = emulators.adapt(_package(), target).template["Resources"]["RestAPI"]["Properties"]

    assert {tag["Value"] for tag in api["Tags"]} == {emulators.REST_API_ID}
    assert emulators.rest_url(target).endswith(f"/{emulators.REST_API_ID}/dev")


def test_embedded_functions_run_in_the_function_host() -> None:
    target = Target("embedded", endpoint="http://127.0.0.1:4566", function_host=_HOST)

    resources = emulators.adapt(_package(), target).template["Resources"]

    for name in FUNCTIONS:
        variables = resources[name]["Properties"]["Environment"]["Variables"]
        assert variables["MINISTACK_LAMBDA_PROXY_URL"] == _HOST


def test_an_engine_without_websockets_gets_none_and_no_reference_to_one() -> None:
    target = Target("localstack", endpoint="http://127.0.0.1:4566")

    template = emulators.adapt(_package(), target, websockets=False).template

    assert not [r for r in template["Resources"].values() if "ApiGatewayV2" in r["Type"]]
    assert "WebsocketApi" not in str(template)


def test_the_package_for_aws_is_left_as_it_was() -> None:
    package = _package()
    before = str(package.template)

    emulators.adapt(
        package, Target("localstack", endpoint="http://127.0.0.1:4566"), websockets=False
    )

    assert str(package.template) == before


@pytest.mark.parametrize(
    ("put_out", "answers"),
    [
        ("https://abc.lambda-url.us-east-1.on.aws/", "http://127.0.0.1:4566/_aws/lambda-url/abc"),
        ("http://abc.lambda-url.localhost:4566/", "http://abc.lambda-url.localhost:4566"),
    ],
)
def test_the_plugins_door_is_where_the_emulator_answers(put_out: str, answers: str) -> None:
    target = Target("localstack", endpoint="http://127.0.0.1:4566")

    assert emulators.plugin_url(target, {"PluginUrl": put_out}) == answers
    on_aws = Target("aws")
    assert emulators.plugin_url(on_aws, {"PluginUrl": put_out}) == put_out.rstrip("/")
