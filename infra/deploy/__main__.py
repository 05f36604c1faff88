"""`python -m infra.deploy [package] --stack embedded|localstack|aws --stage dev|staging|prod`."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from infra.deploy.deploy import deploy
from infra.deploy.package import ROOT, build_package
from infra.deploy.stack import DeployError
from infra.deploy.target import Target

_PARAMETERS = {
    "ApiUrl": "FIRSTSPAWN_API_URL",
    "FrontendUrl": "FIRSTSPAWN_FRONTEND_URL",
    "CorsOrigins": "FIRSTSPAWN_CORS_ORIGINS",
    "SearchUrl": "FIRSTSPAWN_SEARCH_URL",
    "MailBackend": "FIRSTSPAWN_MAIL_BACKEND",
    "MailFrom": "FIRSTSPAWN_MAIL_FROM",
    "PingAllow": "FIRSTSPAWN_PING_ALLOW",
    "LogLevel": "FIRSTSPAWN_LOG_LEVEL",
    "AlarmTopic": "FIRSTSPAWN_ALARM_TOPIC",
}


def main(arguments: list[str] | None = None) -> int:
    """Deploy (or only package) and return the exit code."""
    options = _parse(arguments)
    parameters = {name: os.environ[key] for name, key in _PARAMETERS.items() if os.environ.get(key)}
    target = Target.from_environment(options.stack, options.stage, parameters)
    try:
        if options.action == "package":
            package = build_package(target, options.project)
            print(f"{package.archive} {package.code_key}")
            print(package.archive.parent / "template.json")
            return 0
        deployed = deploy(target, options.project, report=print)
    except (DeployError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    for key, value in sorted(deployed.outputs.items()):
        print(f"{key:18} {value}")
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    parser.add_argument("action", nargs="?", choices=["deploy", "package"], default="deploy")
    parser.add_argument("--stack", choices=["embedded", "localstack", "aws"], default="aws")
    parser.add_argument("--stage", choices=["dev", "staging", "prod"], default="dev")
    parser.add_argument("--project", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
