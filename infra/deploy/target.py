"""Where a deployment goes: which home, which stage, which endpoint answers for AWS."""

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import boto3

StackName = Literal["embedded", "localstack", "aws"]
StageName = Literal["dev", "staging", "prod"]

_EMULATORS = {"embedded": "http://127.0.0.1:4566", "localstack": "http://127.0.0.1:4566"}


@dataclass(frozen=True)
class Target:
    """One home of the platform.

    `parameters` are the template's parameters that differ from its defaults. `endpoint` is None on
    AWS, where boto3 finds the services itself. `function_host` is the URL that MiniStack sends
    invocations to instead of running the package.
    """

    stack: StackName
    stage: StageName = "dev"
    endpoint: str | None = None
    region: str = "us-east-1"
    parameters: dict[str, str] = field(default_factory=dict)
    function_host: str = ""

    @classmethod
    def from_environment(
        cls, stack: StackName, stage: StageName, parameters: dict[str, str]
    ) -> "Target":
        """Emulators answer at AWS_ENDPOINT_URL (default port 4566), AWS where boto3 says."""
        endpoint = os.environ.get("AWS_ENDPOINT_URL") or _EMULATORS.get(stack)
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        return cls(stack, stage, None if stack == "aws" else endpoint, region, parameters)

    @property
    def name(self) -> str:
        """The CloudFormation stack's name, which every physical name begins with."""
        return f"firstspawn-{self.stage}"

    @property
    def emulated(self) -> bool:
        """True where an emulator answers."""
        return self.stack != "aws"

    @property
    def secrets_parameter(self) -> str:
        """The name of the SSM parameter that holds the stack's keys."""
        return f"/{self.name}/secrets"

    @cached_property
    def _session(self) -> Any:
        if not self.emulated:
            return boto3.Session(region_name=self.region)
        return boto3.Session("test", "test", region_name=self.region)

    def client(self, service: str) -> Any:
        """A boto3 client of this target."""
        return self._session.client(service, endpoint_url=self.endpoint)
