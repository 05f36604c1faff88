"""Package the project: Chalice writes its template over the staged sources, ours completes it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from infra.deploy import archive, libraries, native, rules, staging
from infra.deploy.target import Target

ROOT = Path(__file__).resolve().parents[2]
_CHALICE = [
    sys.executable,
    "-P",
    "-c",
    "import sys; from chalice.cli import main; sys.exit(main())",
]


@dataclass(frozen=True)
class Package:
    """What a deployment uploads: `template` is plain CloudFormation, `archive` the code's zip."""

    template: dict[str, Any]
    archive: Path
    code_key: str


def build_package(target: Target, project: Path = ROOT) -> Package:
    """Build and package `project` for `target`. Raises CalledProcessError if Chalice fails."""
    build = project / "build"
    work = build / target.stack
    merged = _chalice_package(project, work, target)
    code = work / "code"
    shutil.rmtree(code, ignore_errors=True)
    shutil.unpack_archive(work / "chalice" / "deployment.zip", code)
    lambda_architecture = libraries.architecture(target)
    if target.stack != "embedded":
        libraries.add(project, code, build, lambda_architecture)
    zipped = work / "code.zip"
    key = f"code/{archive.zip_directory(code, zipped)}.zip"
    template = complete(merged, lambda_architecture, target.stage)
    (work / "template.json").write_text(json.dumps(template, indent=1))
    return Package(template, zipped, key)


def complete(merged: dict[str, Any], lambda_architecture: str, stage: str) -> dict[str, Any]:
    """Turn Chalice's template, merged with ours, into the one that is deployed."""
    runtime = f"python{libraries.RUNTIME}"
    template = native.to_cloudformation(merged, runtime, lambda_architecture)
    return rules.apply(template, keep_data=stage != "dev")


def _chalice_package(project: Path, work: Path, target: Target) -> dict[str, Any]:
    staged, out = work / "project", work / "chalice"
    staging.stage_project(project, staged)
    command = [*_CHALICE, "--project-dir", str(staged), "package", "--stage", target.stage]
    command += ["--merge-template", str(project / "template.yaml"), str(out)]
    # The application is the staged one: neither this directory's nor PYTHONPATH's.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment["AWS_DEFAULT_REGION"] = target.region
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    # Through JSON, so that what YAML's anchors share becomes separate.
    merged: dict[str, Any] = json.loads(json.dumps(yaml.safe_load((out / "sam.yaml").read_text())))
    return merged
