"""Deploy a target: package, publish, apply, read the outputs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.deploy import emulators, publish, stack
from infra.deploy.package import ROOT, build_package
from infra.deploy.target import Target


@dataclass(frozen=True)
class Deployed:
    """A deployed stack: CloudFormation's outputs, and whether this run changed anything."""

    outputs: dict[str, str]
    changed: bool


def deploy(
    target: Target, project: Path = ROOT, report: Callable[[str], None] = lambda _line: None
) -> Deployed:
    """Bring `target` to the state of `project`; `report` gets a line per finished step.

    Raises CalledProcessError (packaging) and DeployError (CloudFormation).
    """
    started = time.monotonic()

    def done(what: str) -> None:
        report(f"{what} ({time.monotonic() - started:.1f} s)")

    package = build_package(target, project)
    if target.emulated:
        package = emulators.adapt(package, target, websockets=emulators.has_websockets(target))
        emulators.allow_sender(target, package.template)
    done(f"Packaged {package.archive.stat().st_size / 1e6:.1f} MB of code")
    bucket, url = publish.upload(target, package)
    publish.ensure_secrets(target)
    done("Published")
    parameters = {
        "Stack": target.stack,
        "Stage": target.stage,
        "SecretsParameter": target.secrets_parameter,
        "CodeBucket": bucket,
        "CodeKey": package.code_key,
        **(emulators.default_parameters(target) if target.emulated else {}),
        **target.parameters,
    }
    cloudformation = target.client("cloudformation")
    changed = stack.apply(cloudformation, target.name, url, parameters, emulated=target.emulated)
    done("Deployed" if changed else "Nothing to change")
    return Deployed(stack.outputs(cloudformation, target.name), changed)
